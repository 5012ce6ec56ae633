// Sums of quantities, which are decimal texts and never floats.

/** add sums decimal texts exactly. */
export function add(a: string, b: string): string {
  const places = Math.max(...[a, b].map((t) => (t.split('.')[1] ?? '').length));
  const whole = (t: string) => {
    const [w, f = ''] = t.split('.');
    return BigInt(w + f.padEnd(places, '0'));
  };
  const sum = whole(a) + whole(b);
  const digits = (sum < 0n ? -sum : sum).toString().padStart(places + 1, '0');
  const cut = digits.length - places;
  const text = places ? digits.slice(0, cut) + '.' + digits.slice(cut) : digits;
  return (sum < 0n ? '-' : '') + (places ? text.replace(/\.?0+$/, '') : text);
}
