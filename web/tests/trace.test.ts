import { expect, inject, test } from 'vitest';
import { settled, signedIn, sound } from './browser';

// A lot of flour that became dough, bread and gift boxes: the newest but some, so that it was used.
async function flour(v: Awaited<ReturnType<typeof signedIn>>): Promise<string> {
  return v.page.evaluate(async () => {
    const lots = (await (await fetch('/v1/lots?product=FLOUR-WHEAT&limit=50')).json()) as {
      items: { lot: string; source?: string }[];
    };
    return lots.items.filter((l) => l.source)[3]!.lot;
  });
}

test('lots and units are found by filters and lead to their traces', async () => {
  const v = await signedIn('/lots');
  const { page } = v;
  await page.getByLabel('Lot code contains').fill('fw26');
  await page.waitForURL('**/lots?like=fw26');
  await settled(page);
  await page.getByRole('link', { name: /^FW26/ }).first().waitFor();
  await sound(v, 'lots-desktop');
  await page.goto(inject('demo') + '/lots?like=nothing-like-it');
  await settled(page);
  await page.getByText('No lot fits these filters.').waitFor();
  await page.goto(inject('demo') + '/units');
  await settled(page);
  await page.getByText('Choose a product').waitFor();
  await page.goto(inject('demo') + '/units?product=EBIKE-CITY');
  await page.getByRole('link', { name: 'EBC000001' }).waitFor();
  await sound(v, 'units-desktop');
  await page.getByRole('link', { name: 'EBC000001' }).click();
  await page.getByRole('heading', { name: 'Unit EBC000001' }).waitFor();
  await settled(page);
  await page.getByText('Where it is now').waitFor();
  await sound(v, 'trace-unit-desktop');
  await v.context.close();
});

for (const size of ['desktop', 'phone'] as const)
  test(`a lot is traced as tables, graph and timeline, ${size}`, async () => {
    const german = size === 'phone';
    const v = await signedIn('/lots', { size, locale: german ? 'de-DE' : 'en-GB', dark: german });
    const { page } = v;
    const lot = await flour(v);
    await page.goto(inject('demo') + `/trace/lot/${lot}?product=FLOUR-WHEAT`);
    await page.getByRole('heading', { name: lot }).waitFor();
    await settled(page);
    await page.getByRole('heading', { name: german ? 'Was daraus wurde' : 'What became of it', exact: true }).waitFor();
    await page
      .getByText(/VM-\d+/)
      .first()
      .waitFor();
    await page
      .getByText(german ? 'Stufe 2' : 'Level 2')
      .first()
      .waitFor();
    await sound(v, `trace-lot-table-${size}`);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: german ? 'CSV herunterladen' : 'Download CSV' }).click();
    expect((await saved).suggestedFilename()).toContain(lot);
    await page.getByRole('button', { name: german ? 'Zeitachse' : 'Timeline' }).click();
    await page.waitForURL('**view=timeline');
    await page.getByRole('heading', { name: german ? 'Was geschah' : 'What happened' }).waitFor();
    await page
      .getByText(german ? 'Wareneingang' : 'Receipt')
      .first()
      .waitFor();
    await sound(v, `trace-lot-timeline-${size}`);
    await page.getByRole('button', { name: 'Graph' }).click();
    await page.waitForURL('**view=graph');
    const canvas = page.locator('canvas');
    await canvas.waitFor();
    await page.waitForFunction(() => document.querySelector('canvas')!.dataset.at);
    expect(await canvas.getAttribute('data-at')).toBe(lot);
    await sound(v, `trace-lot-graph-${size}`);
    // The keyboard walks along the lines and opens what is one of many.
    await canvas.focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction((was) => document.querySelector('canvas')!.dataset.at !== was, lot);
    const before = Number(await canvas.getAttribute('data-nodes'));
    await page.getByRole('button', { name: german ? /^Alle .* einzeln/ : /^Show all .* one by one/ }).click();
    await page.waitForFunction((n) => Number(document.querySelector('canvas')!.dataset.nodes) > n, before);
    await page.getByRole('button', { name: german ? 'Ganz zeigen' : 'Show the whole' }).click();
    await sound(v, `trace-lot-graph-all-${size}`);
    await v.context.close();
  });

for (const size of ['desktop', 'phone'] as const)
  test(`one box finds everything, ${size}`, async () => {
    const v = await signedIn('/search', { size, locale: size === 'phone' ? 'de-DE' : 'en-GB' });
    const { page } = v;
    await sound(v, `search-empty-${size}`);
    await page.locator('main h1').click();
    await page.keyboard.press('/');
    await page.keyboard.type('rye');
    await page.getByRole('option').first().waitFor();
    await sound(v, `search-box-${size}`);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('vm-400'); // codes of a supplier
    await page
      .getByRole('option', { name: /VM-400/ })
      .first()
      .waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL((u) => u.pathname.startsWith('/trace/lot/'));
    await settled(page);
    await page.locator('main h1').click();
    await page.keyboard.press('/');
    await page.keyboard.type('EBC000001');
    await page.keyboard.press('Enter'); // as a scanner does
    await page.getByRole('heading', { name: 'EBC000001' }).waitFor();
    await page.goto(inject('demo') + '/search?q=rye');
    await page
      .locator('main')
      .getByRole('link', { name: /FLOUR-RYE/ })
      .first()
      .waitFor();
    await sound(v, `search-page-${size}`);
    await page.goto(inject('demo') + '/search?q=' + encodeURIComponent('<img src=x onerror=alert(1)>'));
    await settled(page);
    await sound(v, `search-hostile-${size}`);
    await v.context.close();
  });
