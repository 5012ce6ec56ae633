// What a page shows stands in its address, so that it can be bookmarked, shared and gone back to.
import { goto } from '$app/navigation';
import { page } from '$app/state';
import { base } from '$app/paths';

/** param is a value in the address, reactive where it is read in a page. */
export const param = (name: string) => page.url.searchParams.get(name) ?? '';

/** setParams changes values in the address; empty ones go. The page's cursor goes with any change of a filter. */
export function setParams(change: Record<string, string | undefined>, push = false) {
  const url = new URL(page.url);
  if (!('cursor' in change)) url.searchParams.delete('cursor');
  for (const [k, v] of Object.entries(change)) {
    if (v) url.searchParams.set(k, v);
    else url.searchParams.delete(k);
  }
  return goto(url, { replaceState: !push, keepFocus: true, noScroll: true });
}

/** to makes an address in the desk; each part is escaped. */
export const to = (path: string, ...parts: string[]) => base + path + parts.map((p) => '/' + encodeURIComponent(p)).join('');

/** at makes an address with a query; empty values are left out. */
export function at(path: string, query: Record<string, string | undefined>) {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(query)) if (v) q.set(k, v);
  const text = q.toString();
  return base + path + (text ? '?' + text : '');
}
