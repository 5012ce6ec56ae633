// Stock by how near its date is.
import { ask, client, type Schemas } from '$api/client';
import { daysUntil } from '$lib/format';

export type Row = Schemas['StockRow'];
export const spans = ['expired', 'week', 'month', 'later'] as const;
export type Span = (typeof spans)[number];

/** spanOf says in which span a date lies, given how many days it is away: the week is seven days from today on, the month thirty. */
export const spanOf = (days: number): Span => (days < 0 ? 'expired' : days < 7 ? 'week' : days < 30 ? 'month' : 'later');

/** horizon is how far ahead the board looks, in days. */
export const horizon = 180;
/** most is how many rows the board reads; a narrower site or product shows the rest. */
export const most = 10_000;

const text = (d: Date) => d.getFullYear() + '-' + String(d.getMonth() + 1).padStart(2, '0') + '-' + String(d.getDate()).padStart(2, '0');

export function ahead(days: number): string {
  const d = new Date();
  d.setDate(d.getDate() + days);
  return text(d);
}

/** dated reads what has a date up to the horizon, telling how far it is; what comes first is what is nearest its date. */
export async function dated(
  filter: { site?: string; product?: string },
  tell: (rows: number) => void,
  stopped: () => boolean
): Promise<{ rows: Row[]; whole: boolean }> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const query = { ...filter, expires_before: ahead(horizon), limit: 1000, cursor };
    const page = await ask(client.GET('/v1/stock', { params: { query } }));
    rows.push(...(page.items ?? []));
    cursor = page.next;
    tell(rows.length);
  } while (cursor && rows.length < most && !stopped());
  rows.sort((a, b) => ((a.governing_date ?? '') < (b.governing_date ?? '') ? -1 : 1));
  return { rows, whole: !cursor };
}

/** inSpans sorts rows into their spans. */
export function inSpans(rows: Row[]): Record<Span, Row[]> {
  const out: Record<Span, Row[]> = { expired: [], week: [], month: [], later: [] };
  for (const r of rows) if (r.governing_date) out[spanOf(daysUntil(r.governing_date))].push(r);
  return out;
}

/** weekly counts rows by week: first what is past, then each week that begins with today. */
export function weekly(rows: Row[]): number[] {
  const out = new Array<number>(1 + Math.ceil(horizon / 7)).fill(0);
  for (const r of rows) {
    if (!r.governing_date) continue;
    const days = daysUntil(r.governing_date);
    const at = days < 0 ? 0 : 1 + Math.floor(days / 7);
    if (at < out.length) out[at]!++;
  }
  return out;
}
