// What a Pick offers of the ledger's things, by a part of their code or name.
import { ask, client } from '$api/client';
import { decimal, day } from '$lib/format';
import type { Choice } from '$ui/Pick.svelte';

const few = 12;

export async function findProducts(like: string): Promise<Choice[]> {
  const got = await ask(client.GET('/v1/products', { params: { query: { like: like || undefined, limit: few } } }));
  return (got.items ?? []).map((p) => ({ value: p.sku, detail: p.name }));
}

export async function findPartners(like: string): Promise<Choice[]> {
  const got = await ask(client.GET('/v1/partners', { params: { query: { like: like || undefined, limit: few } } }));
  return (got.items ?? []).map((p) => ({ value: p.code, detail: p.name }));
}

export async function findSites(like: string): Promise<Choice[]> {
  const got = await ask(client.GET('/v1/sites', { params: { query: { like: like || undefined, limit: few } } }));
  return (got.items ?? []).map((s) => ({ value: s.code, detail: s.name }));
}

export const findLocations =
  (site: string) =>
  async (like: string): Promise<Choice[]> => {
    if (!site) return [];
    const got = await ask(client.GET('/v1/locations', { params: { query: { site, like: like || undefined, limit: few } } }));
    return (got.items ?? []).map((l) => ({ value: l.code, detail: l.name }));
  };

export const findLots =
  (product: string) =>
  async (like: string): Promise<Choice[]> => {
    if (!product) return [];
    const got = await ask(client.GET('/v1/lots', { params: { query: { product, like: like || undefined, limit: few } } }));
    return (got.items ?? []).map((l) => ({ value: l.lot, detail: day(l.expiry ?? l.best_before ?? l.sell_by) }));
  };

/** Lots of a product that a site has, and how much of each there is. */
export const findStock =
  (product: string, site: string, location = '') =>
  async (like: string): Promise<Choice[]> => {
    if (!product || !site) return findLots(product)(like);
    const query = { product, site, location: location || undefined, limit: 200 };
    const got = await ask(client.GET('/v1/stock', { params: { query } }));
    const found = new Map<string, Choice>();
    for (const r of got.items ?? []) {
      if (!r.lot || !r.lot.toLowerCase().includes(like.toLowerCase())) continue;
      const text = decimal(r.quantity) + ' ' + r.uom + ' · ' + r.place.slice(r.place.indexOf('/') + 1);
      const known = found.get(r.lot);
      if (known) known.detail += ', ' + text;
      else if (found.size < few) found.set(r.lot, { value: r.lot, detail: [day(r.governing_date), text].filter(Boolean).join(' · ') });
    }
    return [...found.values()];
  };
