// The assistant's reasons in words.
import type { Schemas } from '$api/client';
import { decimal } from '$lib/format';
import { m } from '$lib/paraglide/messages';

type Rule = Schemas['ClassRow']['rule'];
const rules: Record<Rule, () => string> = {
  regulated_units: m.setup_rule_regulated_units,
  valuable_pieces: m.setup_rule_valuable_pieces,
  regulated: m.setup_rule_regulated,
  perishable: m.setup_rule_perishable,
  starts_on_hold: m.setup_rule_starts_on_hold,
  trouble: m.setup_rule_trouble,
  valuable: m.setup_rule_valuable,
  no_reason: m.setup_rule_no_reason,
  tracked_already: m.setup_rule_tracked_already
};
export const ruleText = (rule: Rule) => rules[rule]?.() ?? rule;

const reasons: Record<Schemas['Reason']['code'], (x: { value: string; words: string }) => string> = {
  value: m.setup_reason_value,
  movements: m.setup_reason_movements,
  no_cost: m.setup_reason_no_cost,
  unit_cost: m.setup_reason_unit_cost,
  regulated: m.setup_reason_regulated,
  licence: m.setup_reason_licence,
  date_required: m.setup_reason_date_required,
  shelf_life: m.setup_reason_shelf_life,
  starts_on_hold: m.setup_reason_starts_on_hold,
  returned: m.setup_reason_returned,
  scrapped: m.setup_reason_scrapped,
  held: m.setup_reason_held
};
export const reasonText = (r: Schemas['Reason']) =>
  reasons[r.code]?.({ value: decimal(r.value), words: (r.words ?? []).join(', ') }) ?? r.code;
