// What settings and their words are called. A setting or word that this desk does not know yet is shown as the server names it.
import { kindName } from '$lib/ledger/kinds';
import { m } from '$lib/paraglide/messages';

type Said = { title: () => string; means: () => string; words: Record<string, () => string> };
const master: Record<string, () => string> = {
  product: m.ledger_product,
  site: m.ledger_site,
  location: m.ledger_location,
  partner: m.ledger_partner
};
const known: Record<string, Said> = {
  sign: {
    title: m.account_set_sign,
    means: m.account_set_sign_means,
    words: { release: m.account_set_sign_release, override: m.account_set_sign_override, close: m.account_set_sign_close }
  },
  reason_for: { title: m.account_set_reason_for, means: m.account_set_reason_for_means, words: master },
  second_factor: {
    title: m.account_set_second_factor,
    means: m.account_set_second_factor_means,
    words: {
      none: m.account_set_second_factor_none,
      privileged: m.account_set_second_factor_privileged,
      all: m.account_set_second_factor_all
    }
  }
};

export const title = (setting: string) => known[setting]?.title() ?? setting;
export const means = (setting: string, served: string) => known[setting]?.means() ?? served;
export const word = (setting: string, w: string) => known[setting]?.words[w]?.() ?? (setting === 'reason_for' ? kindName(w) : w);
