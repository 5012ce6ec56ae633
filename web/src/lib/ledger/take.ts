// What a reading of a scan puts into the form of recording.
import type { Schemas } from '$api/client';
import { m } from '$lib/paraglide/messages';
import { blank, emptyLine, serialsOf, type Form, type Line, type Role, type Shape } from './record';

/** roleOf says whether scanned goods go in or come out: into what is made until something was typed as made. */
const roleOf = (form: Form, shape: Shape): Role =>
  !shape.makes ? 'item' : form.lines.some((l) => l.role === 'input' && blank(l)) || !form.lines.some((l) => l.role === 'output' && blank(l)) ? 'input' : 'output'; // prettier-ignore

/** take fills the form by a reading and says what it did; nothing when the form has no field for it. */
export function take(form: Form, shape: Shape, r: Schemas['Reading']): string {
  if (r.product) {
    const sku = r.product.sku;
    const line = lineFor(form, shape, sku, r);
    line.product = sku;
    if (r.lot || r.known?.lot) line.lot = r.known?.lot ?? r.lot ?? '';
    if (r.serial && !serialsOf(line.serials).includes(r.serial)) line.serials = [...serialsOf(line.serials), r.serial].join('\n');
    if (r.quantity && !r.serial) line.quantity = r.quantity;
    if (r.dates?.expiry) line.expiry = r.dates.expiry;
    if (r.dates?.best_before) line.bestBefore = r.dates.best_before;
    if (r.dates?.production) line.production = r.dates.production;
    line.scanned = true;
    return m.ledger_scan_took({ what: [sku, line.lot, r.serial].filter(Boolean).join(' · ') });
  }
  if (r.location && !r.location.startsWith('partner:')) {
    const [site, code] = [r.location.slice(0, r.location.indexOf('/')), r.location.slice(r.location.indexOf('/') + 1)];
    if (!form.site) form.site = site;
    const last = form.lines.findLast((l) => !blank(l)) ?? form.lines.at(-1);
    if (!last) return '';
    if ((shape.from || last.role === 'input') && !(last.from && shape.to)) last.from = code;
    else last.to = code;
    return m.ledger_scan_took({ what: r.location });
  }
  if (r.partner && shape.partner) {
    form.partner = r.partner;
    return m.ledger_scan_took({ what: r.partner });
  }
  if (r.site) {
    if (shape.toSite && form.site) form.toSite = r.site;
    else form.site = r.site;
    return m.ledger_scan_took({ what: r.site });
  }
  if (r.reference) {
    form.references = [{ kind: r.reference.kind, code: r.reference.code }, ...form.references.filter((x) => x.code)];
    return m.ledger_scan_took({ what: r.reference.code });
  }
  return '';
}

/** lineFor is the line that a scan goes on: a unit beside others of its lot, else an empty line, else a new one. */
function lineFor(form: Form, shape: Shape, sku: string, r: Schemas['Reading']): Line {
  const lot = r.known?.lot ?? r.lot ?? '';
  if (r.serial) {
    const beside = form.lines.find((l) => l.product === sku && l.serials && (!lot || l.lot === lot));
    if (beside) return beside;
  }
  const begun = form.lines.find((l) => l.product === sku && !l.lot && !l.serials);
  if (begun) return begun;
  const role = roleOf(form, shape);
  const empty = form.lines.find((l) => l.role === role && blank(l));
  if (empty) return empty;
  const last = form.lines.findLast((l) => l.role === role);
  form.lines.push({ ...emptyLine(role), from: last?.from ?? '', to: last?.to ?? '' });
  return form.lines.at(-1)!;
}
