// What the trace page shows, as rows for a spreadsheet: plain decimals and dates, so that it counts with them.
import type { Schemas } from '$api/client';
import { measures, type Traced } from './load';

type Cell = string | number | undefined;

/** levelRows has a row for each quantity that goes into or comes out of a process. */
export function levelRows(t: Traced): Cell[][] {
  const uoms = measures(t);
  const rows: Cell[][] = [
    [
      'level',
      'entry',
      'kind',
      'occurred_at',
      'place',
      'role',
      'product',
      'lot',
      'first_serial',
      'last_serial',
      'quantity',
      'uom',
      'chosen'
    ]
  ];
  for (const [levels, sign] of [
    [t.upstream, -1],
    [t.downstream, 1]
  ] as const) {
    for (const level of levels ?? [])
      for (const l of level.links ?? [])
        for (const [goods, role] of [
          [l.inputs, 'input'],
          [l.outputs, 'output']
        ] as const)
          for (const g of goods ?? [])
            rows.push([
              sign * level.level,
              l.entry || undefined,
              l.kind,
              l.occurred_at,
              l.place,
              role,
              g.product,
              g.lot,
              g.first_serial,
              g.last_serial,
              g.quantity,
              uoms.get(g.product),
              g.chosen ? 'yes' : ''
            ]);
  }
  for (const w of t.now ?? [])
    rows.push([
      0,
      undefined,
      undefined,
      undefined,
      w.place,
      'now',
      w.product,
      t.subject.kind === 'lot' ? t.subject.code : t.subject.lot,
      undefined,
      undefined,
      w.quantity,
      uoms.get(w.product),
      undefined
    ]);
  for (const c of t.totals.shipped ?? [])
    rows.push([
      undefined,
      undefined,
      undefined,
      undefined,
      'partner:' + c.partner,
      'shipped',
      c.product,
      undefined,
      undefined,
      undefined,
      c.quantity,
      uoms.get(c.product),
      undefined
    ]);
  for (const s of t.suppliers ?? [])
    rows.push([
      undefined,
      undefined,
      undefined,
      undefined,
      'partner:' + s.partner,
      'supplied',
      s.product,
      s.lot,
      undefined,
      undefined,
      s.quantity,
      uoms.get(s.product),
      undefined
    ]);
  return rows;
}

/** eventRows has a row for each line of the timeline. */
export function eventRows(events: Schemas['TraceEvent'][]): Cell[][] {
  const rows: Cell[][] = [
    [
      'entry',
      'kind',
      'occurred_at',
      'recorded_at',
      'actor',
      'product',
      'lot',
      'from',
      'to',
      'quantity',
      'units',
      'known',
      'role',
      'references',
      'reason'
    ]
  ];
  for (const e of events)
    rows.push([
      e.entry,
      e.kind,
      e.occurred_at,
      e.recorded_at,
      e.actor,
      e.product,
      e.lot,
      e.from,
      e.to,
      e.quantity,
      e.units,
      e.known,
      e.role,
      (e.references ?? []).map((r) => r.code).join(' '),
      e.reason
    ]);
  return rows;
}
