// What each kind of movement is for, in a sentence, and what its groups are called.
import { m } from '$lib/paraglide/messages';
import type { Kind, Shape } from './record';

export const sentences: Record<Kind, () => string> = {
  receive: m.ledger_say_receive,
  return: m.ledger_say_return,
  arrive: m.ledger_say_arrive,
  ship: m.ledger_say_ship,
  issue: m.ledger_say_issue,
  return_to_supplier: m.ledger_say_return_to_supplier,
  dispatch: m.ledger_say_dispatch,
  move: m.ledger_say_move,
  scrap: m.ledger_say_scrap,
  make: m.ledger_say_make,
  disassemble: m.ledger_say_disassemble,
  repack: m.ledger_say_repack,
  relabel: m.ledger_say_relabel,
  split: m.ledger_say_split,
  merge: m.ledger_say_merge,
  opening: m.ledger_say_opening,
  count: m.ledger_say_count,
  found: m.ledger_say_found,
  loss: m.ledger_say_loss
};

export const groupTitles: Record<Shape['group'], () => string> = {
  in: m.ledger_group_in,
  out: m.ledger_group_out,
  inside: m.ledger_group_inside,
  made: m.ledger_group_made,
  stock: m.ledger_group_stock
};
