// What each kind of movement asks for, in one table, and the request that a filled form makes of it.
import type { Schemas } from '$api/client';
import { plain } from '$lib/format';

export type Kind =
  | 'opening' | 'receive' | 'move' | 'dispatch' | 'arrive' | 'found' | 'loss' | 'count' | 'make' | 'disassemble'
  | 'repack' | 'relabel' | 'split' | 'merge' | 'ship' | 'issue' | 'return' | 'return_to_supplier' | 'scrap'; // prettier-ignore

export type Shape = {
  group: 'in' | 'inside' | 'made' | 'out' | 'stock';
  may: 'move' | 'adjust';
  partner?: true;
  toSite?: true;
  dispatch?: true;
  purpose?: true;
  reason?: 'needed' | 'offered';
  /** Goods leave a location, enter one, or are made out of others. */
  from?: true;
  to?: true;
  makes?: true;
  /** Lots and units may be new, and have dates. */
  births?: true;
  /** … only where somebody says so. */
  fresh?: true;
  supplierLot?: true;
  /** Where no lot is named, the strategy chooses; another choice needs a reason. */
  picks?: true;
};

export const shapes: Record<Kind, Shape> = {
  receive: { group: 'in', may: 'move', partner: true, to: true, births: true, supplierLot: true },
  return: { group: 'in', may: 'move', partner: true, to: true, births: true, fresh: true, reason: 'offered' },
  arrive: { group: 'in', may: 'move', dispatch: true, to: true, reason: 'offered' },
  ship: { group: 'out', may: 'move', partner: true, from: true, picks: true },
  issue: { group: 'out', may: 'move', purpose: true, from: true, picks: true, reason: 'offered' },
  return_to_supplier: { group: 'out', may: 'move', partner: true, from: true, reason: 'offered' },
  dispatch: { group: 'out', may: 'move', toSite: true, from: true },
  move: { group: 'inside', may: 'move', from: true, to: true },
  scrap: { group: 'inside', may: 'move', from: true, reason: 'needed' },
  make: { group: 'made', may: 'move', makes: true, births: true, picks: true },
  disassemble: { group: 'made', may: 'move', makes: true, births: true },
  repack: { group: 'made', may: 'move', makes: true, births: true },
  relabel: { group: 'made', may: 'move', makes: true, births: true },
  split: { group: 'made', may: 'move', makes: true, births: true },
  merge: { group: 'made', may: 'move', makes: true, births: true },
  opening: { group: 'stock', may: 'adjust', to: true, births: true },
  count: { group: 'stock', may: 'adjust', to: true, births: true, fresh: true, reason: 'offered' },
  found: { group: 'stock', may: 'adjust', to: true, births: true, fresh: true, reason: 'offered' },
  loss: { group: 'stock', may: 'adjust', from: true, reason: 'needed' }
};
export const kinds = Object.keys(shapes) as Kind[];
export const groups = ['in', 'out', 'inside', 'made', 'stock'] as const;

export type Role = 'item' | 'input' | 'output';
export type Line = {
  role: Role;
  product: string;
  lot: string;
  serials: string;
  quantity: string;
  from: string;
  to: string;
  expiry: string;
  bestBefore: string;
  production: string;
  supplierLot: string;
  fresh: boolean;
  numbered: boolean;
  override: string;
  scanned: boolean;
};
export type Form = {
  kind: Kind | '';
  site: string;
  partner: string;
  address: string;
  toSite: string;
  dispatch: string;
  close: boolean;
  purpose: string;
  reason: string;
  note: string;
  occurred: string;
  override: string;
  references: { kind: string; code: string }[];
  lines: Line[];
};

export const emptyLine = (role: Role = 'item'): Line => ({
  role, product: '', lot: '', serials: '', quantity: '', from: '', to: '', expiry: '', bestBefore: '', production: '',
  supplierLot: '', fresh: false, numbered: false, override: '', scanned: false
}); // prettier-ignore

export const emptyForm = (): Form => ({
  kind: '', site: '', partner: '', address: '', toSite: '', dispatch: '', close: false, purpose: 'sample', reason: '', note: '',
  occurred: '', override: '', references: [{ kind: 'delivery_note', code: '' }], lines: [emptyLine()]
}); // prettier-ignore

/** blank tells whether nothing was typed into a line. */
export const blank = (l: Line) => !l.product.trim() && !l.lot.trim() && !l.serials.trim() && !l.quantity.trim();

/** fitted gives the form the lines that its kind has: inputs and outputs, or items. What was typed stays. */
export function fitted(form: Form): Form {
  const shape = form.kind && shapes[form.kind];
  if (!shape) return form;
  const lines = form.lines.map((l) => ({
    ...l,
    role: (shape.makes ? (l.role === 'output' ? 'output' : 'input') : 'item') as Role
  }));
  if (shape.makes) {
    if (!lines.some((l) => l.role === 'input')) lines.unshift(emptyLine('input'));
    if (!lines.some((l) => l.role === 'output')) lines.push(emptyLine('output'));
  }
  if (!lines.length) lines.push(emptyLine());
  return { ...form, lines };
}

/** enters and leaves say which of its places a line of a kind has. */
export const leaves = (s: Shape, role: Role) => !!s.from || role === 'input';
export const enters = (s: Shape, role: Role) => !!s.to || role === 'output';

/** pathOf is how the API names a line in its answers: items[0], groups[0].inputs[1]. */
export function pathOf(form: Form, line: Line): string {
  const same = form.lines.filter((l) => l.role === line.role && (l === line || !blank(l)));
  const i = same.indexOf(line);
  return line.role === 'item' ? `items[${i}]` : `groups[0].${line.role}s[${i}]`;
}

/** serialsOf reads a pasted list: one serial number or range a line. */
export const serialsOf = (text: string) =>
  text
    .split(/[\r\n\t;]+/)
    .map((s) => s.trim())
    .filter(Boolean);

function itemOf(shape: Shape, l: Line): Schemas['ItemDraft'] {
  const out: Schemas['ItemDraft'] = { product: l.product.trim() };
  const text = (v: string) => v.trim() || undefined;
  const born = shape.births && l.role !== 'input';
  const units = serialsOf(l.serials);
  if (units.length) out.units = units;
  else if (l.quantity.trim()) out.quantity = plain(l.quantity);
  if (!(born && l.numbered)) out.lot = text(l.lot);
  if (leaves(shape, l.role)) out.from = text(l.from);
  if (enters(shape, l.role)) out.to = text(l.to);
  if (born) {
    out.expiry = text(l.expiry);
    out.best_before = text(l.bestBefore);
    out.production = text(l.production);
    if (l.numbered) out.numbered = true;
    if (shape.fresh && l.fresh) out.new = true;
    if (shape.supplierLot) out.supplier_lot = text(l.supplierLot);
  }
  if (shape.picks && l.role !== 'output') out.override = text(l.override);
  if (l.scanned) out.how = 'scanned';
  return JSON.parse(JSON.stringify(out)) as Schemas['ItemDraft'];
}

/** draftOf makes the request of a filled form. Lines in which nothing was typed are passed over; nothing else is guessed. */
export function draftOf(form: Form): Schemas['MovementDraft'] {
  const shape = shapes[form.kind as Kind];
  const text = (v: string) => v.trim() || undefined;
  const used = form.lines.filter((l) => !blank(l));
  const of = (role: Role) => used.filter((l) => l.role === role).map((l) => itemOf(shape, l));
  const body: Schemas['MovementDraft'] = {
    kind: form.kind as Kind,
    site: text(form.site),
    occurred_at: form.occurred ? new Date(form.occurred).toISOString() : undefined,
    note: text(form.note),
    override: text(form.override),
    capture: used.length && used.every((l) => l.scanned) ? 'scanner' : 'typed'
  };
  const papers = form.references.filter((r) => r.code.trim()).map((r) => ({ kind: r.kind, code: r.code.trim() }));
  if (papers.length) body.references = papers;
  if (shape.partner) {
    body.partner = text(form.partner);
    body.address = text(form.address);
  }
  if (shape.toSite) body.to_site = text(form.toSite);
  if (shape.dispatch) {
    body.dispatch = Number(form.dispatch) || undefined;
    if (form.close) body.close = true;
  }
  if (shape.purpose) body.purpose = form.purpose;
  if (shape.reason) body.reason = text(form.reason);
  if (shape.makes) body.groups = [{ inputs: of('input'), outputs: of('output') }];
  else body.items = of('item');
  return JSON.parse(JSON.stringify(body)) as Schemas['MovementDraft'];
}
