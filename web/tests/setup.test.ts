import { expect, inject, test } from 'vitest';
import { settled, signedIn, sound, sizes, visit, type Visit } from './browser';
import { administrator, folder, password, serve } from './servers';

const pages = [
  '/start',
  '/start/classify',
  '/start/formats',
  '/start/places',
  '/start/rules',
  '/start/touchpoints',
  '/start/team',
  '/products',
  '/products/new',
  '/groups',
  '/places',
  '/partners',
  '/partners/new'
];

async function walk(v: Visit, url: string, paths: string[], as: string) {
  for (const path of paths) {
    await v.page.goto(url + path);
    await settled(v.page);
    await sound(v, `setup${path.replaceAll('/', '-')}-${as}`);
  }
}

for (const [size, locale, dark] of [
  ['desktop', 'en-GB', false],
  ['phone', 'de-DE', true]
] as const) {
  test(`catalogue and get started on a demo, ${size}, ${locale}`, async () => {
    const v = await signedIn('/start', { size, locale, dark });
    await walk(v, inject('demo'), pages, `${size}-${locale}`);
    await v.page.goto(inject('demo') + '/products');
    await settled(v.page);
    await v.page.locator('table a.code').first().click();
    await settled(v.page);
    await sound(v, `setup-product-${size}`);
    await v.page.goto(inject('demo') + '/places');
    await settled(v.page);
    await v.page.locator('table a.code').first().click();
    await settled(v.page);
    await sound(v, `setup-site-${size}`);
    await v.context.close();
  });
}

test('an empty ledger becomes one with counted stock, by these pages alone', async () => {
  const server = await serve(folder());
  await administrator(server);
  const v = await signedIn('/start', {}, server.url);
  await walk(v, server.url, pages, 'empty');
  const { page } = v;
  const open = async (path: string) => {
    await page.goto(server.url + path);
    await settled(page);
  };

  await open('/products/new');
  await page.getByLabel('SKU', { exact: true }).fill('RYE');
  await page.getByLabel('Name', { exact: true }).fill('Rye flour <b>wholegrain</b>');
  await page.getByLabel('Unit of measure').selectOption('KGM');
  await page.getByLabel('Decimals (optional)').fill('30');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('[role=alert]').first().waitFor();
  expect(await page.getByLabel('SKU', { exact: true }).inputValue(), 'what was typed stays').toBe('RYE');
  await page.getByLabel('Decimals (optional)').fill('3');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(server.url + '/products/RYE');
  await page.locator('h1', { hasText: 'Rye flour <b>wholegrain</b>' }).waitFor();

  await open('/places');
  await page.getByRole('button', { name: /^New/ }).click();
  await page.getByRole('dialog').getByLabel('Code').fill('MAIN');
  await page.getByRole('dialog').getByLabel('Name').fill('Main bakery');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: 'MAIN' }).click();
  await page.getByRole('button', { name: /^New: Location/ }).click();
  await page.getByRole('dialog').getByLabel('Code').fill('SHELF');
  await page.getByRole('dialog').getByLabel('Name').fill('Shelf');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: 'SHELF' }).waitFor();

  await open('/start/formats');
  await page.getByLabel('Pattern', { exact: true }).fill('R-{YYMMDD}-{SEQ:2}');
  await page.getByText(/^R-\d{6}-01$/).waitFor();
  await page.getByLabel('Pattern', { exact: true }).fill('R-{NOPE}');
  await page.locator('[role=alert]').first().waitFor();

  await open('/start/places');
  await page.getByLabel('Location').fill('SHELF');
  await page.getByLabel('Product').fill('RYE');
  await page.getByLabel('Lot', { exact: true }).fill('L1');
  await page.getByLabel('Quantity').fill('12.5');
  await page.getByRole('button', { name: 'Count in' }).click();
  await page.getByText('RYE is counted in.').waitFor();
  const stock = await page.evaluate(() => fetch('/v1/stock?product=RYE').then((r) => r.json()));
  expect(stock.items[0]).toMatchObject({ lot: 'L1', quantity: '12.5', place: expect.stringContaining('SHELF') });
  await sound(v, 'setup-counted-in');

  await open('/import?kind=products');
  const csv = 'Art.-Nr.;Bezeichnung;Verfolgung\nBUN;Br\u00f6tchen;lot\nBAD;Falsch;sideways\n';
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'liste.csv', mimeType: 'text/csv', buffer: Buffer.from(csv, 'latin1') });
  await page.getByLabel('Art.-Nr.').selectOption('sku');
  await page.getByLabel('Bezeichnung').selectOption('name');
  await page.getByLabel('Verfolgung').selectOption('tracking');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByText('1 fine').waitFor();
  await page.getByText('sideways').first().waitFor();
  await sound(v, 'setup-import-tried');
  await page.getByRole('button', { name: 'Import for real' }).click();
  await page.getByRole('heading', { name: 'Imported', exact: true }).waitFor();
  await open('/products/BUN');
  await page.locator('h1', { hasText: 'Br\u00f6tchen' }).waitFor();
  await v.context.close();
  server.stop();
}, 240_000);
