// Things to choose by typing a part of them.
import { ask, client } from '$api/client';
import type { Choice } from '$ui/Pick.svelte';

/** products finds products by a part of their code or name. */
export async function products(typed: string, tracking?: 'serial'): Promise<Choice[]> {
  const page = await ask(
    client.GET('/v1/products', { params: { query: { limit: tracking ? 200 : 20, like: typed || undefined } } })
  );
  return (page.items ?? [])
    .filter((p) => !tracking || p.tracking === tracking)
    .slice(0, 20)
    .map((p) => ({ value: p.sku, detail: p.name }));
}
