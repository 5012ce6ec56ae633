// Words of the ledger as people say them: kinds of entries, units of measure, purposes of places.
import { count, decimal } from '$lib/format';
import { m } from '$lib/paraglide/messages';

const kinds: Record<string, () => string> = {
  opening: m.trace_kind_opening,
  receive: m.trace_kind_receive,
  move: m.trace_kind_move,
  dispatch: m.trace_kind_dispatch,
  arrive: m.trace_kind_arrive,
  found: m.trace_kind_found,
  loss: m.trace_kind_loss,
  count: m.trace_kind_count,
  make: m.trace_kind_make,
  disassemble: m.trace_kind_disassemble,
  repack: m.trace_kind_repack,
  relabel: m.trace_kind_relabel,
  split: m.trace_kind_split,
  merge: m.trace_kind_merge,
  ship: m.trace_kind_ship,
  issue: m.trace_kind_issue,
  return: m.trace_kind_return,
  return_to_supplier: m.trace_kind_return_to_supplier,
  scrap: m.trace_kind_scrap,
  reversal: m.trace_kind_reversal,
  hold: m.trace_kind_hold,
  release: m.trace_kind_release,
  cleaning: m.trace_kind_cleaning,
  exception: m.trace_kind_exception,
  resolution: m.trace_kind_resolution,
  correction: m.trace_kind_correction,
  tracking: m.trace_kind_tracking,
  numbering: m.trace_kind_numbering,
  file: m.trace_kind_file,
  inspection: m.trace_kind_inspection,
  details: m.trace_kind_details
};

/** kindName names a kind of entry; one that is not known here keeps the API's word. */
export const kindName = (kind: string) => kinds[kind]?.() ?? kind.replaceAll('_', ' ');

const measures: Record<string, string> = {
  KGM: 'kg',
  GRM: 'g',
  MGM: 'mg',
  TNE: 't',
  LTR: 'l',
  MLT: 'ml',
  HLT: 'hl',
  MTR: 'm',
  CMT: 'cm',
  MMT: 'mm',
  MTK: 'm²',
  MTQ: 'm³'
};

/** measure writes a UN/ECE code of a unit of measure as people do. */
export function measure(uom: string | undefined): string {
  if (!uom) return '';
  if (uom === 'H87' || uom === 'C62' || uom === 'EA') return m.trace_piece();
  return measures[uom] ?? uom;
}

/** quantity writes a decimal text with its unit of measure. */
export const quantity = (text: string | undefined, uom?: string) =>
  text ? decimal(text) + (uom ? '\u00a0' + measure(uom) : '') : '';

export const unitsOf = (n: number) => m.trace_units({ n, shown: count(n) });

const purposes: Record<string, () => string> = {
  production: m.trace_purpose_production,
  loss: m.trace_purpose_loss,
  found: m.trace_purpose_found,
  opening: m.trace_purpose_opening,
  donation: m.trace_purpose_donation,
  sample: m.trace_purpose_sample,
  consumption: m.trace_purpose_consumption
};

/** placeOf takes apart how the API writes a place: SITE/LOCATION, SITE:purpose, partner:CODE[/ADDRESS] or transit:ENTRY. */
export function placeOf(text: string): { text: string; partner?: string; site?: string; location?: string; entry?: number } {
  if (text.startsWith('partner:')) {
    const rest = text.slice(8);
    const cut = rest.indexOf('/');
    return { text: rest.replace('/', ' · '), partner: cut < 0 ? rest : rest.slice(0, cut) };
  }
  if (text.startsWith('transit:')) {
    const entry = Number(text.slice(8));
    return { text: m.trace_under_way({ entry: text.slice(8) }), entry };
  }
  const slash = text.indexOf('/');
  if (slash > 0) return { text, site: text.slice(0, slash), location: text.slice(slash + 1) };
  const colon = text.indexOf(':');
  if (colon > 0) {
    const purpose = text.slice(colon + 1);
    return { text: text.slice(0, colon) + ' · ' + (purposes[purpose]?.() ?? purpose), site: text.slice(0, colon) };
  }
  return { text, site: text };
}
