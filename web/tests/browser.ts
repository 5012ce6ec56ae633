// The browser of the journeys, and what every page is held to: no error in the console, no request to elsewhere, no finding of axe.
import { readFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, expect, inject } from 'vitest';
import { password } from './servers';

export type Size = 'desktop' | 'phone';
export const sizes: Record<Size, { width: number; height: number }> = {
  desktop: { width: 1280, height: 850 },
  phone: { width: 390, height: 844 }
};

const axe = readFileSync(join(import.meta.dirname, '../node_modules/axe-core/axe.min.js'), 'utf8');
const shots = process.env.CLEW_SHOTS; // a folder for screenshots to look at; none are made without it

let browser: Browser | undefined;
afterAll(async () => {
  await browser?.close();
  browser = undefined;
});

export type Visit = { page: Page; context: BrowserContext; complaints: string[] };

/** visit opens a page of the desk in a browser of its own: nobody is signed in. */
export async function visit(url: string, o: { size?: Size; locale?: string; dark?: boolean } = {}): Promise<Visit> {
  browser ??= await chromium.launch({
    executablePath: process.env.CLEW_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--force-prefers-reduced-motion']
  });
  const size = o.size ?? 'desktop';
  const context = await browser.newContext({
    viewport: sizes[size],
    locale: o.locale ?? 'en-GB',
    colorScheme: o.dark ? 'dark' : 'light',
    timezoneId: 'Europe/Berlin',
    hasTouch: size === 'phone',
    isMobile: size === 'phone'
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('console', (m) => {
    // Answers that refuse are the business of the journey; the browser notes each as an error, too.
    if (m.type() === 'error' && !/Failed to load resource/.test(m.text())) complaints.push(m.text());
  });
  page.on('pageerror', (e) => complaints.push(String(e)));
  page.on('request', (r) => {
    if (!r.url().startsWith(new URL(url).origin) && !/^(data|blob):/.test(r.url()))
      complaints.push('a request left the host: ' + r.url());
  });
  await page.goto(url);
  return { page, context, complaints };
}

/** signedIn opens a page as amelia, the administrator. */
export async function signedIn(path: string, o: Parameters<typeof visit>[1] = {}, url = inject('demo')): Promise<Visit> {
  const v = await visit(url + '/signin?to=' + encodeURIComponent(path), o);
  await v.page.locator('input[autocomplete=username]').fill('amelia');
  await v.page.locator('input[type=password]').fill(password);
  await v.page.locator('form button.first').click();
  await v.page.waitForURL(url + path);
  await settled(v.page);
  return v;
}

/** settled waits until the page shows its title and loads nothing any more. */
export async function settled(page: Page) {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('main .busy, main [aria-busy="true"]'));
}

/** sound holds a page to what every page is held to, and keeps a picture of it. */
export async function sound(v: Visit, name: string) {
  if (shots) {
    mkdirSync(shots, { recursive: true });
    await v.page.screenshot({ path: join(shots, name + '.png'), fullPage: true });
  }
  await v.page.evaluate(axe);
  const found = await v.page.evaluate(async () => {
    const axe = (
      window as unknown as {
        axe: { run: (o: object) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> };
      }
    ).axe;
    return (await axe.run({ resultTypes: ['violations'] })).violations.map(
      (x) => `${x.id}: ${x.nodes.map((n) => n.html.slice(0, 160) + ' -- ' + n.failureSummary).join(' | ')}`
    );
  });
  expect(found, name + ': axe').toEqual([]);
  const wide = await v.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide, name + ': scrolls sideways by').toBeLessThanOrEqual(0);
  expect(v.complaints, name).toEqual([]);
}

/** lotOnHand is the code of a lot that the demo has of a product on the day that the journey is made. */
export async function lotOnHand(v: Visit, product: string): Promise<string> {
  return v.page.evaluate(async (p) => (await (await fetch('/v1/stock?limit=1&product=' + p)).json()).items[0].lot, product);
}
