// The six steps of getting started, in their order, and what their numbers are called.
import type { Schemas } from '$api/client';
import { m } from '$lib/paraglide/messages';

export type StepName = Schemas['Step']['step'];

export const steps = (): { step: StepName; title: string; text: string }[] => [
  { step: 'classify', title: m.setup_step_classify(), text: m.setup_step_classify_text() },
  { step: 'formats', title: m.setup_step_formats(), text: m.setup_step_formats_text() },
  { step: 'places', title: m.setup_step_places(), text: m.setup_step_places_text() },
  { step: 'rules', title: m.setup_step_rules(), text: m.setup_step_rules_text() },
  { step: 'touchpoints', title: m.setup_step_touchpoints(), text: m.setup_step_touchpoints_text() },
  { step: 'team', title: m.setup_step_team(), text: m.setup_step_team_text() }
];

export const stepNamed = (step: StepName) => steps().find((s) => s.step === step)!;

const facts: Partial<Record<Schemas['StepFact']['code'], () => string>> = {
  without_class: m.setup_fact_without_class,
  without_lot_format: m.setup_fact_without_lot_format,
  without_serial_format: m.setup_fact_without_serial_format,
  formats: m.setup_formats,
  sites: m.setup_sites,
  sites_without_locations: m.setup_fact_sites_without_locations,
  sites_without_stock: m.setup_fact_sites_without_stock,
  partners: m.nav_partners,
  without_stock: m.setup_fact_without_stock,
  dated_without_warning: m.setup_fact_dated_without_warning,
  tracked_by_default: m.setup_fact_tracked_by_default,
  tracked: m.setup_fact_tracked,
  stations: m.setup_touch_stations,
  keys: m.setup_fact_keys,
  devices: m.setup_fact_devices,
  users: m.setup_fact_users,
  users_without_role: m.setup_fact_users_without_role,
  users_shown_nothing: m.setup_fact_users_shown_nothing
};

export const factNamed = (code: Schemas['StepFact']['code']) => facts[code]?.() ?? code;
