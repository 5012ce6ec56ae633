// What the strategy is likely to take where nobody names a lot. The server decides when it is saved; this shows it before.
import { ask, client, type Schemas } from '$api/client';

export type Slot = { lot: string; place: string; quantity: string; uom: string; date?: string; firstIn: string };

type Lot = Pick<Schemas['Lot'], 'lot' | 'first_in' | 'on_hold' | 'past'>;

/** inOrder sorts free stock as a strategy takes it: the earliest date, what came in first, or what came in last. */
export function inOrder(strategy: string, blocks: boolean, rows: Schemas['StockRow'][], lots: Lot[], blocked: Set<string>): Slot[] {
  const known = new Map(lots.map((l) => [l.lot, l]));
  const slots = rows
    .filter((r) => r.lot && !r.quantity.startsWith('-') && !blocked.has(r.place))
    .filter((r) => !known.get(r.lot!)?.on_hold && !(blocks && known.get(r.lot!)?.past))
    .map((r) => ({
      lot: r.lot!,
      place: r.place,
      quantity: r.quantity,
      uom: r.uom,
      date: r.governing_date,
      firstIn: known.get(r.lot!)?.first_in ?? '9999'
    }));
  const rank = (s: Slot) => (strategy === 'fefo' ? (s.date ?? '9999') : s.firstIn.slice(0, 10));
  return slots.sort((a, b) => {
    const way = strategy === 'lifo' ? -1 : 1;
    return way * compare(rank(a), rank(b)) || compare(a.firstIn, b.firstIn) || compare(a.lot, b.lot);
  });
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** choices asks for what the strategy chooses from at a site, or in a location of it. */
export async function choices(product: Schemas['Product'], site: string, location: string): Promise<Slot[]> {
  const limit = 1000;
  const [stock, lots, locations] = await Promise.all([
    ask(client.GET('/v1/stock', { params: { query: { product: product.sku, site, location: location || undefined, limit } } })),
    ask(client.GET('/v1/lots', { params: { query: { product: product.sku, limit } } })),
    ask(client.GET('/v1/locations', { params: { query: { site, limit } } }))
  ]);
  const all = new Map((locations.items ?? []).map((l) => [l.code, l]));
  const bars = (code: string): boolean => {
    const l = all.get(code);
    return !!l && (l.blocking || (!!l.parent && bars(l.parent)));
  };
  const blocked = new Set([...all.keys()].filter(bars).map((c) => site + '/' + c));
  return inOrder(product.strategy, product.past_date === 'blocks', stock.items ?? [], lots.items ?? [], blocked);
}
