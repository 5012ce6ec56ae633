// A refused movement put back into the form, so that it can be amended; what the form has no field for goes along as it was.
import type { Schemas } from '$api/client';
import { draftOf, emptyForm, emptyLine, fitted, shapes, type Form, type Kind, type Line, type Role } from './record';

type Draft = Schemas['MovementDraft'];
type Item = Schemas['ItemDraft'];

const lineOf = (it: Item, role: Role): Line => ({
  ...emptyLine(role),
  product: it.product ?? '',
  lot: it.lot ?? '',
  serials: (it.units ?? []).join('\n'),
  quantity: it.quantity ?? '',
  from: it.from ?? '',
  to: it.to ?? '',
  expiry: it.expiry ?? '',
  bestBefore: it.best_before ?? '',
  production: it.production ?? '',
  supplierLot: it.supplier_lot ?? '',
  fresh: !!it.new,
  numbered: !!it.numbered,
  override: it.override ?? '',
  scanned: it.how === 'scanned'
});

/** plainDraft tells whether the form can show all of the draft: one group at most, and no line that is only a scan. */
export const plainDraft = (d: Draft) =>
  d.kind in shapes && (d.groups?.length ?? 0) <= 1 && itemsOf(d).every((it) => it.product && !it.scan && !it.scans?.length);

const itemsOf = (d: Draft) => [...(d.items ?? []), ...(d.groups ?? []).flatMap((g) => [...g.inputs, ...g.outputs])];

const local = (text?: string) => {
  if (!text) return '';
  const t = new Date(text);
  return new Date(+t - t.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
};

export function formOf(d: Draft): Form {
  const g = d.groups?.[0];
  return fitted({
    ...emptyForm(),
    kind: d.kind as Kind,
    site: d.site ?? '',
    partner: d.partner ?? '',
    address: d.address ?? '',
    toSite: d.to_site ?? '',
    dispatch: d.dispatch ? String(d.dispatch) : '',
    close: !!d.close,
    purpose: d.purpose ?? 'sample',
    reason: d.reason ?? '',
    note: d.note ?? '',
    occurred: local(d.occurred_at),
    override: d.override ?? '',
    references: d.references?.length ? d.references.map((r) => ({ ...r })) : emptyForm().references,
    lines: g
      ? [...g.inputs.map((i) => lineOf(i, 'input')), ...g.outputs.map((i) => lineOf(i, 'output'))]
      : (d.items ?? []).map((i) => lineOf(i, 'item'))
  });
}

const others = ['packaging', 'captured', 'second_quantity', 'second_uom', 'sell_by', 'cautious', 'lot_fields', 'expected', 'how'] as const;

/** amended makes the request of the amended form; the moment stays exact where nobody changed it. */
export function amended(was: Draft, form: Form): Draft {
  const now = draftOf(form);
  const rest = (items: Item[] | undefined, before: Item[] | undefined) =>
    items?.map((it, i) => {
      const old = before?.[i];
      if (!old || old.product !== it.product) return it;
      const kept = Object.fromEntries(others.filter((k) => old[k] !== undefined).map((k) => [k, old[k]]));
      return { ...kept, ...it } as Item;
    });
  const out: Draft = { ...now, items: rest(now.items, was.items) };
  if (now.groups)
    out.groups = now.groups.map((g, i) => ({
      inputs: rest(g.inputs, was.groups?.[i]?.inputs) ?? [],
      outputs: rest(g.outputs, was.groups?.[i]?.outputs) ?? []
    }));
  if (was.fields) out.fields = was.fields;
  if (was.capture) out.capture = was.capture;
  if (was.occurred_at && form.occurred === local(was.occurred_at)) out.occurred_at = was.occurred_at;
  return JSON.parse(JSON.stringify(out)) as Draft;
}
