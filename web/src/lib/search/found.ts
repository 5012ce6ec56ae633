// What a search finds, and where each thing found has its page.
import { ask, client, type Schemas } from '$api/client';
import { links } from '$lib/links';
import { m } from '$lib/paraglide/messages';

export type Found = Schemas['SearchItem'];
export type Searched = Schemas['Searched'];

export const search = (text: string, limit: number, signal?: AbortSignal): Promise<Searched> =>
  ask(client.GET('/v1/search', { params: { query: { q: text, limit } }, signal }));

/** pageOf is the page of something that was found. */
export function pageOf(f: Found): string {
  switch (f.type) {
    case 'lot':
      return links.lot(f.product ?? '', f.lot ?? f.code);
    case 'unit':
      return links.unit(f.product ?? '', f.serial ?? f.code);
    case 'reference':
      return links.reference(f.code);
    case 'entry':
      return links.entry(f.entry ?? Number(f.code.replace(/\D/g, '')));
    case 'partner':
      return links.partner(f.code);
    case 'location':
      return links.location(f.site ?? '', f.location ?? f.code);
    case 'site':
      return links.site(f.code);
    default:
      return links.product(f.product ?? f.code);
  }
}

const titles: Record<string, () => string> = {
  product: m.search_product,
  lot: m.search_lot,
  unit: m.search_unit,
  reference: m.search_reference,
  entry: m.search_entry,
  partner: m.search_partner,
  location: m.search_location,
  site: m.search_site
};

export const groupTitle = (type: string) => titles[type]?.() ?? type;
