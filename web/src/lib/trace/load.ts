// Asks for a trace as its page's address says it.
import { ask, client, type Schemas } from '$api/client';

export const kinds = ['lot', 'alias', 'unit', 'entry', 'reference'] as const;
export type Kind = (typeof kinds)[number];
export type Asked = { kind: Kind; code: string; product: string; as_at: string };
export type Traced = Schemas['Traced'];

/** parameters are those of the API for what the address asks. */
export const parameters = (q: Asked) => ({
  path: { code: q.kind === 'entry' ? 'entry:' + q.code : q.code },
  query: { kind: q.kind, product: q.product || undefined, as_at: q.as_at || undefined }
});

export function loadTrace(q: Asked, links: number): Promise<Schemas['Trace']> {
  const p = parameters(q);
  return ask(client.GET('/v1/trace/{code}', { params: { path: p.path, query: { ...p.query, links } } }));
}

/** measures tells the unit of measure of each product of a trace. */
export function measures(t: Traced): Map<string, string> {
  const of = new Map((t.totals.products ?? []).map((p) => [p.product, p.uom]));
  if (t.subject.product && t.subject.uom) of.set(t.subject.product, t.subject.uom);
  return of;
}

/** touches tells whether an entry is about goods of the trace or about its document. */
export function touches(t: Traced): (e: Schemas['Entry']) => boolean {
  const s = t.subject;
  const lots = new Set<string>();
  const units = new Set<string>();
  const loose = new Set<string>();
  const know = (product: string | undefined, lot: string | undefined, count = 0) => {
    if (!product) return;
    if (lot) lots.add(product + '\n' + lot);
    else if (count) loose.add(product); // serial numbers of groups are not listed one by one
  };
  if (s.kind === 'unit') units.add(s.product + '\n' + s.code);
  else if (s.kind === 'lot') know(s.product, s.code);
  for (const level of [...(t.downstream ?? []), ...(t.upstream ?? [])])
    for (const g of level.goods ?? []) know(g.product, g.lot, g.units);
  for (const e of t.history ?? []) know(e.product, e.lot);
  const entries = new Set((t.history ?? []).map((e) => e.entry));
  return (e) =>
    (s.kind === 'reference' && (e.references ?? []).some((r) => r.code === s.code)) ||
    (e.about !== undefined && entries.has(e.about)) ||
    (e.items ?? []).some(
      (i) =>
        lots.has(i.product + '\n' + (i.lot ?? '')) ||
        loose.has(i.product) ||
        (i.serials ?? []).some((serial) => units.has(i.product + '\n' + serial))
    ) ||
    mentions(e, s);
}

// Holds, files, inspections and corrections name the goods in places of their own.
function mentions(e: Schemas['Entry'], s: Traced['subject']): boolean {
  if (!['hold', 'release', 'file', 'inspection', 'correction', 'details', 'reversal'].includes(e.kind)) return false;
  const text = JSON.stringify(e);
  return text.includes(JSON.stringify(s.code)) && (!s.product || text.includes(JSON.stringify(s.product)));
}
