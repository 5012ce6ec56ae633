// What each stable code of an error means, in the reader's language. It is fetched when the first error is shown, so that no page waits for it.
import { getLocale } from './paraglide/runtime';

const files = import.meta.glob<Record<string, string>>('../../messages/*/codes.json', { import: 'default' });
let says = $state.raw<Record<string, string>>({});
let asked = '';

/** meaning is the sentence for a code; empty until it is there, where there is none, and in English, as the server says more in it. */
export function meaning(code: string): string {
  return getLocale() === 'en' ? '' : (says[code] ?? '');
}

/** learn fetches the sentences, once. */
export function learn() {
  const locale = getLocale();
  if (locale === 'en' || asked === locale) return;
  asked = locale;
  files[`../../messages/${locale}/codes.json`]?.().then(
    (all) => (says = all),
    () => (asked = '') // without them the server's own words are shown
  );
}
