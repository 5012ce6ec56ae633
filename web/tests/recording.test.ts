import { expect, inject, test } from 'vitest';
import { lotOnHand, settled, signedIn, sound, type Visit } from './browser';
import { administrator, folder, password, serve } from './servers';

// An empty business, set up by the API: recording is what is walked here.
async function business() {
  const server = await serve(folder());
  await administrator(server);
  const login = await fetch(server.url + '/v1/login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user: 'amelia', password })
  });
  const cookie = login.headers.getSetCookie().map((c) => c.split(';')[0]).join('; '); // prettier-ignore
  const post = async (path: string, body: object) => {
    const r = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Cookie: cookie },
      body: JSON.stringify(body)
    });
    if (!r.ok) throw new Error(path + ': ' + (await r.text()));
  };
  await post('/v1/sites', { code: 'HALL', name: 'Hall', time_zone: 'Europe/Berlin' });
  await post('/v1/sites', { code: 'SHOP', name: 'Shop', time_zone: 'Europe/Berlin' });
  for (const code of ['A', 'B']) await post('/v1/locations', { site: 'HALL', code, name: 'Shelf ' + code });
  await post('/v1/locations', { site: 'SHOP', code: 'S', name: 'Sales' });
  await post('/v1/partners', { code: 'MILL', name: 'Mill', roles: ['supplier', 'customer'] });
  await post('/v1/products', {
    sku: 'FLOUR',
    name: 'Flour <b>“550”</b>',
    tracking: 'lot',
    uom: 'KGM',
    decimals: 3,
    strategy: 'fefo'
  });
  await post('/v1/products', { sku: 'BREAD', name: 'Bread', tracking: 'lot', uom: 'H87', strategy: 'fefo' });
  await post('/v1/products', { sku: 'PUMP', name: 'Pump', tracking: 'serial', uom: 'H87', strategy: 'fifo' });
  return server;
}

type Fill = { lines?: Record<string, string>[]; head?: Record<string, string> };

async function record(v: Visit, url: string, kind: string, f: Fill, query = '') {
  await v.page.goto(`${url}/record?kind=${kind}&site=HALL${query}`);
  await settled(v.page);
  const main = v.page.locator('main');
  const set = async (box: ReturnType<typeof main.locator>, label: string, value: string) => {
    const field = box.getByLabel(label, { exact: false }).first();
    if ((await field.evaluate((e) => e.tagName)) === 'SELECT') await field.selectOption(value);
    else await field.fill(value);
    await v.page.keyboard.press('Escape');
  };
  for (const [label, value] of Object.entries(f.head ?? {})) await set(main, label, value);
  for (const [i, line] of (f.lines ?? []).entries())
    for (const [label, value] of Object.entries(line)) await set(main.locator('fieldset.line').nth(i), label, value);
  await main.locator('button.first').click();
}
const recorded = async (v: Visit) => {
  await v.page.locator('main .made, main [role=alert]').first().waitFor();
  expect(await v.page.locator('main [role=alert]').allInnerTexts()).toEqual([]);
  return Number(/#(\d+)/.exec(await v.page.locator('main .made').innerText())![1]);
};

test('movements of every kind are recorded by hand', async () => {
  const server = await business();
  const v = await signedIn('/record', {}, server.url);
  const main = v.page.locator('main');
  expect(await main.locator('button.kind').count()).toBe(19);
  await sound(v, 'record-kinds');
  const go = (kind: string, f: Fill, query = '') => record(v, server.url, kind, f, query);

  await go('receive', {
    head: { Partner: 'MILL', 'Document number': 'DN-1' },
    lines: [{ Product: 'FLOUR', Lot: 'F1', Quantity: '100.5', 'To location': 'A', 'Best before': '2031-01-31' }]
  });
  await recorded(v);
  await sound(v, 'record-receive');
  await go('opening', {
    lines: [{ Product: 'FLOUR', Lot: 'F2', Quantity: '50', 'To location': 'A', 'Best before': '2030-06-30' }]
  });
  await recorded(v);
  await go('receive', {
    head: { Partner: 'MILL' },
    lines: [{ Product: 'PUMP', 'To location': 'B', 'Serial numbers': 'P1\nP2\nP3..P5' }]
  });
  await recorded(v);
  await go('move', { lines: [{ Product: 'FLOUR', Lot: 'F2', Quantity: '10', 'From location': 'A', 'To location': 'B' }] });
  await recorded(v);
  await go('make', {
    lines: [
      { Product: 'FLOUR', Quantity: '5' },
      { Product: 'BREAD', Lot: 'B1', Quantity: '10', 'To location': 'B', 'Best before': '2030-01-01' }
    ]
  });
  await recorded(v);

  // Another lot than the strategy's is refused, then recorded with a reason; nothing typed is lost, not even by a reload.
  await go('ship', { head: { Partner: 'MILL' }, lines: [{ Product: 'FLOUR', Lot: 'F1', Quantity: '1' }] });
  await main.locator('[role=alert]').waitFor();
  await v.page.reload();
  await settled(v.page);
  expect(await main.getByLabel('Lot').first().inputValue()).toBe('F1');
  await main.getByText('Goes first:').waitFor();
  await sound(v, 'record-override');
  await main.getByLabel('Why another lot is taken').fill('The customer asked for it');
  await main.locator('button.first').click();
  const shipped = await recorded(v);

  await go('issue', { head: { 'What for': 'sample' }, lines: [{ Product: 'FLOUR', Quantity: '1' }] });
  await recorded(v);
  await go('count', { lines: [{ Product: 'BREAD', Lot: 'B1', Quantity: '9', 'To location': 'B' }] });
  await recorded(v);
  await go('found', { lines: [{ Product: 'BREAD', Lot: 'B1', Quantity: '1', 'To location': 'B' }] });
  await recorded(v);
  await go('loss', { head: { Reason: 'Mice' }, lines: [{ Product: 'BREAD', Lot: 'B1', Quantity: '1', 'From location': 'B' }] });
  await recorded(v);
  await go('scrap', { head: { Reason: 'Mould' }, lines: [{ Product: 'BREAD', Lot: 'B1', Quantity: '1', 'From location': 'B' }] });
  await recorded(v);
  await go('return', {
    head: { Partner: 'MILL' },
    lines: [{ Product: 'FLOUR', Lot: 'F1', Quantity: '0.5', 'To location': 'A' }]
  });
  await recorded(v);
  await go('return_to_supplier', {
    head: { Partner: 'MILL' },
    lines: [{ Product: 'FLOUR', Lot: 'F1', Quantity: '1', 'From location': 'A' }]
  });
  await recorded(v);
  await go('dispatch', {
    head: { 'To site': 'SHOP' },
    lines: [{ Product: 'BREAD', Lot: 'B1', Quantity: '4', 'From location': 'B' }]
  });
  const sent = await recorded(v);
  await v.page.evaluate(() => localStorage.removeItem('clew.site'));
  await go(
    'arrive',
    { lines: [{ Product: 'BREAD', Lot: 'B1', Quantity: '4', 'To location': 'S' }] },
    `&site=SHOP&dispatch=${sent}`.replace('&site=SHOP', '')
  );
  await main.locator('[role=alert]').waitFor(); // it is bound for the shop
  await main.getByLabel('Site').first().fill('SHOP');
  await main.locator('button.first').click();
  await recorded(v);
  for (const [kind, to] of [
    ['split', 'F2-A'],
    ['merge', 'F2-B'],
    ['repack', 'F2-C'],
    ['relabel', 'F2-D']
  ] as const) {
    // prettier-ignore
    await go(kind, {
      lines: [
        { Product: 'FLOUR', Lot: 'F2', Quantity: '1', 'From location': 'B' },
        { Product: 'FLOUR', Lot: to, Quantity: '1', 'To location': 'B', 'Best before': '2030-06-30' }
      ]
    });
    await recorded(v);
  }
  await go('disassemble', {
    lines: [
      { Product: 'PUMP', 'Serial numbers': 'P5', 'From location': 'B' },
      { Product: 'BREAD', Lot: 'B9', Quantity: '1', 'To location': 'B', 'Best before': '2030-01-01' }
    ]
  });
  await recorded(v);

  // What the rules refuse can be kept as an exception.
  await go('ship', { head: { Partner: 'MILL' }, lines: [{ Product: 'FLOUR', Quantity: '99999' }] });
  await main.getByRole('button', { name: 'Keep as an exception' }).click();
  await recorded(v);

  // A movement is taken back for a reason.
  await v.page.goto(`${server.url}/movements/${shipped}`);
  await settled(v.page);
  await main.getByRole('button', { name: 'Reverse' }).click();
  await v.page.getByRole('dialog').getByLabel('Reason').fill('Wrong customer');
  await sound(v, 'movement-reverse');
  await v.page.getByRole('dialog').getByRole('button', { name: 'Reverse' }).click();
  await main.getByText('Reversed by').waitFor();
  await v.context.close();
  server.stop();
});

test('a barcode fills the form, on a phone, in German', async () => {
  const v = await signedIn('/record?kind=ship', { size: 'phone', locale: 'de-DE', dark: true });
  const main = v.page.locator('main');
  await main.getByLabel('Barcode').fill(await lotOnHand(v, 'FLOUR-WHEAT'));
  await v.page.keyboard.press('Enter');
  await main.getByText('Eingetragen:').waitFor();
  expect(await main.getByLabel('Produkt').first().inputValue()).toBe('FLOUR-WHEAT');
  await sound(v, 'record-ship-phone');
  await v.page.goto(inject('demo') + '/record');
  await settled(v.page);
  await main.getByText('nicht gespeichert').waitFor();
  await sound(v, 'record-phone');
  await v.context.close();
});
