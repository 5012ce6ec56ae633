// A look into a file before it is sent: only its header and first rows, so that a person sees what Clew will read. The server reads it for real.

/** parse splits the beginning of a CSV text; the separator is the one that the first line has most of. */
export function parse(text: string): { header: string[]; rows: string[][] } {
  const first = text.slice(0, text.search(/\r?\n|$/));
  const separator = [';', '\t', ','].reduce((best, s) => (first.split(s).length > first.split(best).length ? s : best), ',');
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length && rows.length < 7; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === separator) {
      row.push(cell);
      cell = '';
    } else if (c === '\n' || c === '\r') {
      if (c === '\r' && text[i + 1] === '\n') i++;
      row.push(cell);
      if (row.some((x) => x.trim())) rows.push(row);
      row = [];
      cell = '';
    } else cell += c;
  }
  if (cell || row.length) rows.push([...row, cell]);
  const [header = [], ...rest] = rows;
  return { header: header.map((h) => h.replace(/^\ufeff/, '').trim()), rows: rest };
}

/** decode reads bytes as UTF-8 or UTF-16, and as Windows-1252 where they are neither, as the server does. */
export function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
