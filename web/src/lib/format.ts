// Numbers, dates and quantities as people read them in their language. Quantities are decimal texts and are never made floats.
import { getLocale as language } from '$lib/paraglide/runtime';

/** getLocale is the language as the reader's own region writes it: English dates differ between London and Boston. */
const getLocale = () => navigator.languages?.find((l) => l.split('-')[0] === language()) ?? language();

const cached = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();
function keep<T extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(key: string, make: () => T): T {
  const k = getLocale() + key;
  if (!cached.has(k)) cached.set(k, make());
  return cached.get(k) as T;
}

/** count formats a whole number. */
export const count = (n: number) => keep('n', () => new Intl.NumberFormat(getLocale())).format(n);

/** percent formats a share of one. */
export const percent = (n: number) =>
  keep('%', () => new Intl.NumberFormat(getLocale(), { style: 'percent', maximumFractionDigits: 1 })).format(n);

/** decimal formats a decimal text of any length exactly. */
export function decimal(text: string | undefined): string {
  if (!text) return '';
  const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!found) return text;
  const [, sign, whole, rest] = found;
  const parts = keep('n', () => new Intl.NumberFormat(getLocale())).formatToParts(12345.6);
  const mark = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, mark('group'));
  return (sign ? '\u2212' : '') + grouped + (rest ? mark('decimal') + rest : '');
}

/** plain reads a number as typed in their language into the decimal text that the API takes; what it is not sure of, it leaves. */
export function plain(typed: string): string {
  const t = typed.trim().replace(/[\s\u00a0\u202f']/g, '');
  if (language() === 'de') {
    if (/^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(t)) return t.replaceAll('.', '').replace(',', '.');
    return t.replace(/^(-?\d+),(\d+)$/, '$1.$2');
  }
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(t)) return t.replaceAll(',', '');
  return t;
}

/** day formats a date: 2026-06-30. */
export function day(text: string | undefined): string {
  if (!text) return '';
  const at = new Date(text.slice(0, 10) + 'T12:00:00Z');
  return isNaN(+at)
    ? text
    : keep('d', () => new Intl.DateTimeFormat(getLocale(), { dateStyle: 'medium', timeZone: 'UTC' })).format(at);
}

/** moment formats a time in the time zone of who reads it. */
export function moment(text: string | undefined): string {
  if (!text) return '';
  const at = new Date(text);
  return isNaN(+at)
    ? text
    : keep('t', () => new Intl.DateTimeFormat(getLocale(), { dateStyle: 'medium', timeStyle: 'short' })).format(at);
}

/** daysUntil counts days from today to a date; negative when it is past. */
export function daysUntil(text: string): number {
  const now = new Date();
  return Math.round((Date.parse(text.slice(0, 10)) - Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())) / 86_400_000);
}

/** away says how far a date is: in 3 days. */
export function away(text: string): string {
  const days = daysUntil(text);
  const f = keep('r', () => new Intl.RelativeTimeFormat(getLocale(), { numeric: 'auto' }));
  if (Math.abs(days) < 60) return f.format(days, 'day');
  if (Math.abs(days) < 730) return f.format(Math.round(days / 30.44), 'month');
  return f.format(Math.round(days / 365.25), 'year');
}

/** size formats a number of bytes. */
export function size(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const i = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(getLocale(), {
    style: 'unit',
    unit: units[i],
    unitDisplay: 'short',
    maximumFractionDigits: 1
  }).format(bytes / 1000 ** i);
}
