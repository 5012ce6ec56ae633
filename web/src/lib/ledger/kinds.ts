// The kinds of movements, named for people. A kind that is not known here is shown as the API names it.
import { m } from '$lib/paraglide/messages';

const named: Record<string, () => string> = {
  opening: m.ledger_kind_opening,
  receive: m.ledger_kind_receive,
  move: m.ledger_kind_move,
  dispatch: m.ledger_kind_dispatch,
  arrive: m.ledger_kind_arrive,
  found: m.ledger_kind_found,
  loss: m.ledger_kind_loss,
  count: m.ledger_kind_count,
  make: m.ledger_kind_make,
  disassemble: m.ledger_kind_disassemble,
  repack: m.ledger_kind_repack,
  relabel: m.ledger_kind_relabel,
  split: m.ledger_kind_split,
  merge: m.ledger_kind_merge,
  ship: m.ledger_kind_ship,
  issue: m.ledger_kind_issue,
  return: m.ledger_kind_return,
  return_to_supplier: m.ledger_kind_return_to_supplier,
  scrap: m.ledger_kind_scrap,
  reversal: m.ledger_kind_reversal,
  hold: m.ledger_kind_hold,
  release: m.ledger_kind_release,
  exception: m.ledger_kind_exception,
  resolution: m.ledger_kind_resolution,
  correction: m.ledger_kind_correction,
  tracking: m.ledger_kind_tracking
};

export const movementKinds = Object.keys(named).slice(0, 20);
export const kindName = (kind: string) => named[kind]?.() ?? kind;

const captures: Record<string, () => string> = {
  api: m.ledger_capture_api,
  camera: m.ledger_capture_camera,
  scanner: m.ledger_capture_scanner,
  typed: m.ledger_capture_typed,
  import: m.ledger_capture_import
};
export const captureName = (word?: string) => (word ? (captures[word]?.() ?? word) : m.ledger_capture_none());

const purposes: Record<string, () => string> = {
  sample: m.ledger_purpose_sample,
  retained_sample: m.ledger_purpose_retained_sample,
  laboratory: m.ledger_purpose_laboratory,
  own_use: m.ledger_purpose_own_use,
  donation: m.ledger_purpose_donation,
  destruction: m.ledger_purpose_destruction,
  counter_sale: m.ledger_purpose_counter_sale
};
export const purposeWords = Object.keys(purposes);
const places: Record<string, () => string> = {
  ...purposes,
  opening: m.ledger_place_opening,
  production: m.ledger_place_production,
  loss: m.ledger_place_loss,
  found: m.ledger_place_found
};
export const purposeName = (word: string) => places[word]?.() ?? word;

const references: Record<string, () => string> = {
  order: m.ledger_ref_order,
  delivery_note: m.ledger_ref_delivery_note,
  invoice: m.ledger_ref_invoice,
  batch_record: m.ledger_ref_batch_record
};
export const referenceWords = Object.keys(references);
export const referenceName = (word: string) => references[word]?.() ?? word;
