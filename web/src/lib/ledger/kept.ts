// What is typed into the form of recording stays in this window until it is saved or thrown away: nothing typed is lost by a reload.
import { blank, emptyForm, type Form } from './record';

const name = 'clew.record';

export const kept = {
  read(): Form | undefined {
    try {
      const text = sessionStorage.getItem(name);
      return text ? { ...emptyForm(), ...(JSON.parse(text) as Form) } : undefined;
    } catch {
      return undefined;
    }
  },
  write(form: Form) {
    try {
      const typed = form.lines.some((l) => !blank(l)) || form.partner || form.note || form.reason;
      if (typed) sessionStorage.setItem(name, JSON.stringify(form));
      else sessionStorage.removeItem(name);
    } catch {
      // a browser that keeps nothing: it stays on the page
    }
  },
  drop() {
    try {
      sessionStorage.removeItem(name);
    } catch {
      // nothing was kept
    }
  },
  /** site is where was recorded last, the likely one the next time. */
  site(now?: string): string {
    try {
      if (now) localStorage.setItem('clew.site', now);
      return localStorage.getItem('clew.site') ?? '';
    } catch {
      return '';
    }
  }
};
