// What master data has that people fill in: one description for each sort, from which lists, pages and forms are made.
import { ask, client, type Schemas } from '$api/client';
import { links } from '$lib/links';
import { m } from '$lib/paraglide/messages';
import type { Choice } from '$ui/Pick.svelte';

export type Value = string | string[] | boolean;
export type Values = Record<string, Value>;
export type Sort = 'text' | 'decimal' | 'whole' | 'choice' | 'choices' | 'switch' | 'pick' | 'words';

/** MasterField is one thing of a record; its name is that of the API. */
export type MasterField = {
  name: string;
  label: string;
  hint?: string;
  sort: Sort;
  choices?: { value: string; label: string }[];
  find?: (typed: string) => Promise<Choice[]>;
  /** begin is offered for a new record. */
  begin?: Value;
  /** key: it names the record, and stays. */
  key?: boolean;
  required?: boolean;
  /** onlyNew: changed otherwise once the record is there. */
  onlyNew?: boolean;
};
export type Section = { title: string; fields: MasterField[] };
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Draft = any; // checked by the API; each sort's own type is named where it is sent
type Saved = { entry?: number };

export type Master = {
  title: string;
  one: string;
  sections: Section[];
  create: (body: Draft, header: { 'Idempotency-Key': string }) => Promise<Saved>;
  change: (key: Values, body: Draft, header: { 'Idempotency-Key': string }) => Promise<Saved>;
  /** page is where the record is shown. */
  page: (v: Values) => string;
};

const coded = (items: { code: string; name: string }[] | null | undefined): Choice[] =>
  (items ?? []).map((x) => ({ value: x.code, detail: x.name }));

export const find = {
  products: async (typed: string): Promise<Choice[]> =>
    ((await ask(client.GET('/v1/products', { params: { query: { like: typed || undefined, limit: 12 } } }))).items ?? []).map(
      (p) => ({ value: p.sku, detail: p.name })
    ),
  groups: async (typed: string) =>
    coded(matching((await ask(client.GET('/v1/product-groups', { params: { query: { limit: 200 } } }))).items, typed)),
  formats: async (typed: string) =>
    coded(matching((await ask(client.GET('/v1/formats', { params: { query: { limit: 200 } } }))).items, typed)),
  sites: async (typed: string) =>
    coded(matching((await ask(client.GET('/v1/sites', { params: { query: { limit: 200 } } }))).items, typed)),
  locations: (site: () => string) => async (typed: string) =>
    site()
      ? coded(
          matching((await ask(client.GET('/v1/locations', { params: { query: { site: site(), limit: 500 } } }))).items, typed)
        )
      : [],
  partners: async (typed: string) =>
    coded(matching((await ask(client.GET('/v1/partners', { params: { query: { limit: 500 } } }))).items, typed))
};

/** matching keeps what begins with, or contains, what was typed. */
function matching<T extends { code: string; name: string }>(items: T[] | null | undefined, typed: string): T[] {
  const t = typed.toLowerCase();
  return (items ?? []).filter((x) => x.code.toLowerCase().includes(t) || x.name.toLowerCase().includes(t)).slice(0, 12);
}

const movesThatHold = () => [
  { value: 'receive', label: m.setup_hold_receive() },
  { value: 'make', label: m.setup_hold_make() },
  { value: 'return', label: m.setup_hold_return() }
];
const active = (): MasterField => ({
  name: 'active',
  label: m.setup_active(),
  hint: m.setup_active_hint(),
  sort: 'switch',
  begin: true
});
export const tracking = () => [
  { value: 'none', label: m.setup_tracking_none() },
  { value: 'lot', label: m.setup_tracking_lot() },
  { value: 'serial', label: m.setup_tracking_serial() }
];
export const strategies = () => [
  { value: '', label: m.setup_strategy_default() },
  { value: 'fefo', label: m.setup_strategy_fefo() },
  { value: 'fifo', label: m.setup_strategy_fifo() },
  { value: 'lifo', label: m.setup_strategy_lifo() },
  { value: 'manual', label: m.setup_strategy_manual() }
];
/** Units of measure that are met most; others are typed by their UN/ECE code. */
export const uoms = () =>
  [
    ['H87', m.setup_uom_piece()],
    ['KGM', m.setup_uom_kilogram()],
    ['GRM', m.setup_uom_gram()],
    ['LTR', m.setup_uom_litre()],
    ['MLT', m.setup_uom_millilitre()],
    ['MTR', m.setup_uom_metre()]
  ].map(([value, label]) => ({ value: value!, label: label! }));

/** rules are the fields of a product that say how it is used up and when it warns. */
export const rules = (): MasterField[] => [
  {
    name: 'requires',
    label: m.setup_requires(),
    hint: m.setup_requires_hint(),
    sort: 'choices',
    choices: [
      { value: 'production', label: m.setup_date_production() },
      { value: 'best_before', label: m.setup_date_best_before() },
      { value: 'sell_by', label: m.setup_date_sell_by() },
      { value: 'expiry', label: m.setup_date_expiry() }
    ]
  },
  { name: 'shelf_life_days', label: m.setup_shelf_life(), hint: m.setup_shelf_life_hint(), sort: 'whole' },
  { name: 'warn_days', label: m.setup_warn_days(), hint: m.setup_warn_days_hint(), sort: 'whole' },
  {
    name: 'past_date',
    label: m.setup_past_date(),
    sort: 'choice',
    begin: 'blocks',
    choices: [
      { value: 'blocks', label: m.setup_past_date_blocks() },
      { value: 'warns', label: m.setup_past_date_warns() }
    ]
  },
  { name: 'strategy', label: m.setup_strategy(), sort: 'choice', choices: strategies() },
  { name: 'tolerance_days', label: m.setup_tolerance(), hint: m.setup_tolerance_hint(), sort: 'whole' }
];

export const products = (): Master => ({
  title: m.nav_products(),
  one: m.setup_product(),
  sections: [
    {
      title: m.setup_section_what(),
      fields: [
        { name: 'sku', label: m.setup_sku(), hint: m.setup_sku_hint(), sort: 'text', key: true, required: true },
        { name: 'name', label: m.setup_name(), sort: 'text', required: true },
        {
          name: 'tracking',
          label: m.setup_tracking(),
          hint: m.setup_tracking_hint(),
          sort: 'choice',
          choices: tracking(),
          begin: 'lot',
          onlyNew: true
        },
        { name: 'uom', label: m.setup_uom(), sort: 'choice', choices: uoms(), begin: 'H87' },
        { name: 'gtin', label: m.setup_gtin(), hint: m.setup_gtin_hint(), sort: 'text' },
        { name: 'group', label: m.setup_group(), sort: 'pick', find: find.groups },
        { name: 'tags', label: m.setup_tags(), hint: m.setup_tags_hint(), sort: 'words' },
        { name: 'unit_cost', label: m.setup_unit_cost(), hint: m.setup_unit_cost_hint(), sort: 'decimal' },
        { name: 'decimals', label: m.setup_decimals(), hint: m.setup_decimals_hint(), sort: 'whole' }
      ]
    },
    { title: m.setup_section_dates(), fields: rules() },
    {
      title: m.setup_section_numbers(),
      fields: [
        { name: 'lot_format', label: m.setup_lot_format(), sort: 'pick', find: find.formats },
        { name: 'serial_format', label: m.setup_serial_format(), sort: 'pick', find: find.formats },
        { name: 'hold_on', label: m.setup_hold_on(), hint: m.setup_hold_on_hint(), sort: 'choices', choices: movesThatHold() },
        active()
      ]
    }
  ],
  create: (body: Schemas['ProductDraft'], header) => ask(client.POST('/v1/products', { body, params: { header } })),
  change: (v, body, header) =>
    ask(client.PATCH('/v1/products/{sku}', { body, params: { path: { sku: v.sku as string }, header } })),
  page: (v) => links.product(v.sku as string)
});

export const groups = (): Master => ({
  title: m.setup_groups(),
  one: m.setup_group(),
  sections: [
    {
      title: '',
      fields: [
        { name: 'code', label: m.setup_code(), sort: 'text', key: true, required: true },
        { name: 'name', label: m.setup_name(), sort: 'text', required: true },
        { name: 'lot_format', label: m.setup_lot_format(), sort: 'pick', find: find.formats },
        { name: 'serial_format', label: m.setup_serial_format(), sort: 'pick', find: find.formats },
        { name: 'hold_on', label: m.setup_hold_on(), hint: m.setup_hold_on_hint(), sort: 'choices', choices: movesThatHold() },
        { name: 'supplier_licence', label: m.setup_supplier_licence(), hint: m.setup_licence_hint(), sort: 'text' },
        { name: 'customer_licence', label: m.setup_customer_licence(), hint: m.setup_licence_hint(), sort: 'text' },
        active()
      ]
    }
  ],
  create: (body: Schemas['ProductGroupDraft'], header) => ask(client.POST('/v1/product-groups', { body, params: { header } })),
  change: (v, body, header) =>
    ask(client.PATCH('/v1/product-groups/{code}', { body, params: { path: { code: v.code as string }, header } })),
  page: (v) => links.group(v.code as string)
});

export const sites = (): Master => ({
  title: m.setup_sites(),
  one: m.setup_site(),
  sections: [
    {
      title: '',
      fields: [
        { name: 'code', label: m.setup_code(), hint: m.setup_site_code_hint(), sort: 'text', key: true, required: true },
        { name: 'name', label: m.setup_name(), sort: 'text', required: true },
        {
          name: 'time_zone',
          label: m.setup_time_zone(),
          hint: m.setup_time_zone_hint(),
          sort: 'text',
          begin: Intl.DateTimeFormat().resolvedOptions().timeZone
        },
        { name: 'gln', label: m.setup_gln(), sort: 'text' },
        { name: 'contact', label: m.setup_contact(), hint: m.setup_contact_hint(), sort: 'text' },
        { name: 'private', label: m.setup_private(), hint: m.setup_private_hint(), sort: 'switch' },
        active()
      ]
    }
  ],
  create: (body: Schemas['SiteDraft'], header) => ask(client.POST('/v1/sites', { body, params: { header } })),
  change: (v, body, header) =>
    ask(client.PATCH('/v1/sites/{code}', { body, params: { path: { code: v.code as string }, header } })),
  page: (v) => links.site(v.code as string)
});

export const locations = (site: string): Master => ({
  title: m.setup_locations(),
  one: m.setup_location(),
  sections: [
    {
      title: '',
      fields: [
        { name: 'code', label: m.setup_code(), hint: m.setup_location_code_hint(), sort: 'text', key: true, required: true },
        { name: 'name', label: m.setup_name(), sort: 'text', required: true },
        { name: 'parent', label: m.setup_parent(), hint: m.setup_parent_hint(), sort: 'pick', find: find.locations(() => site) },
        { name: 'blocking', label: m.setup_blocking(), hint: m.setup_blocking_hint(), sort: 'switch' },
        { name: 'zone', label: m.setup_zone(), hint: m.setup_zone_hint(), sort: 'switch' },
        { name: 'mixed', label: m.setup_mixed(), hint: m.setup_mixed_hint(), sort: 'switch' },
        { name: 'gln', label: m.setup_gln(), sort: 'text' },
        active()
      ]
    }
  ],
  create: (body: Schemas['LocationDraft'], header) =>
    ask(client.POST('/v1/locations', { body: { ...body, site }, params: { header } })),
  change: (v, body, header) =>
    ask(client.PATCH('/v1/sites/{site}/locations/{code}', { body, params: { path: { site, code: v.code as string }, header } })),
  page: (v) => links.location(site, v.code as string)
});

export const partners = (): Master => ({
  title: m.nav_partners(),
  one: m.setup_partner(),
  sections: [
    {
      title: '',
      fields: [
        { name: 'code', label: m.setup_code(), hint: m.setup_partner_code_hint(), sort: 'text', key: true, required: true },
        { name: 'name', label: m.setup_name(), sort: 'text', required: true },
        {
          name: 'roles',
          label: m.setup_roles(),
          sort: 'choices',
          choices: [
            { value: 'supplier', label: m.setup_role_supplier() },
            { value: 'customer', label: m.setup_role_customer() },
            { value: 'carrier', label: m.setup_role_carrier() },
            { value: 'maker', label: m.setup_role_maker() }
          ]
        },
        { name: 'gln', label: m.setup_gln(), sort: 'text' },
        { name: 'hold_on', label: m.setup_hold_on(), sort: 'choices', choices: movesThatHold().slice(0, 1) },
        active()
      ]
    }
  ],
  create: (body: Schemas['PartnerDraft'], header) => ask(client.POST('/v1/partners', { body, params: { header } })),
  change: (v, body, header) =>
    ask(client.PATCH('/v1/partners/{code}', { body, params: { path: { code: v.code as string }, header } })),
  page: (v) => links.partner(v.code as string)
});

/** valuesOf reads a record into what a form holds. */
export function valuesOf(fields: MasterField[], record?: object): Values {
  const of = (record ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    fields.map((f) => {
      const v = of[f.name];
      if (f.sort === 'choices') return [f.name, (v as string[]) ?? []];
      if (f.sort === 'switch') return [f.name, record ? v === true : f.begin === true];
      if (f.sort === 'words') return [f.name, ((v as string[]) ?? []).join(', ')];
      return [f.name, record ? String(v ?? '') : ((f.begin as string) ?? '')];
    })
  );
}

/** bodyOf gives what is sent: of a new record all that is filled in, of another only what differs from what it was. */
export function bodyOf(fields: MasterField[], now: Values, was?: Values): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const f of fields) {
    const v = now[f.name]!;
    if (
      was ? f.key || f.onlyNew || JSON.stringify(v) === JSON.stringify(was[f.name]) : v === '' || (Array.isArray(v) && !v.length)
    )
      continue;
    if (f.sort === 'whole') body[f.name] = v === '' ? 0 : Number(v);
    else if (f.sort === 'words')
      body[f.name] = (v as string)
        .split(/[,;]/)
        .map((w) => w.trim())
        .filter(Boolean);
    else body[f.name] = typeof v === 'string' ? v.trim() : v;
  }
  return body;
}
