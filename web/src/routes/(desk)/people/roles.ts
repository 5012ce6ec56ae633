// The roles, and what each may in a sentence.
import { m } from '$lib/paraglide/messages';

export const roles = () => [
  { value: 'viewer', label: m.people_role_viewer(), text: m.people_role_viewer_text() },
  { value: 'operator', label: m.people_role_operator(), text: m.people_role_operator_text() },
  { value: 'supervisor', label: m.people_role_supervisor(), text: m.people_role_supervisor_text() },
  { value: 'quality', label: m.people_role_quality(), text: m.people_role_quality_text() },
  { value: 'administrator', label: m.people_role_administrator(), text: m.people_role_administrator_text() }
];
export const roleName = (role: string) => roles().find((r) => r.value === role)?.label ?? role;
