import { expect, inject, test } from 'vitest';
import { lotOnHand, settled, signedIn, sound } from './browser';
import { administrator, folder, serve } from './servers';

for (const [size, locale, dark] of [
  ['desktop', 'en-GB', false],
  ['phone', 'de-DE', true]
] as const) {
  test(`holds and exceptions, ${size}, ${locale}`, async () => {
    const v = await signedIn('/quality', { size, locale, dark });
    const main = v.page.locator('main');
    const dialog = v.page.getByRole('dialog');
    await main.locator('tbody tr').first().waitFor();
    await sound(v, `quality-${size}`);
    await v.page.goto(inject('demo') + '/exceptions');
    await settled(v.page);
    await main.locator('tbody tr, .empty').first().waitFor();
    await sound(v, `exceptions-${size}`);
    if (size === 'desktop') {
      // a lot is held, measured and released
      const lot = await lotOnHand(v, 'FLOUR-WHEAT');
      await v.page.goto(inject('demo') + '/quality?product=FLOUR-WHEAT&lot=' + lot);
      await settled(v.page);
      const before = await main.locator('tbody tr').count();
      await main.getByRole('button', { name: 'Place a hold' }).first().click();
      await dialog.getByLabel('Reason').fill('It smells');
      await sound(v, 'quality-hold');
      await dialog.getByRole('button', { name: 'Place a hold' }).click();
      await expect.poll(() => main.locator('tbody tr').count(), { timeout: 30_000 }).toBe(before + 1);
      await main.getByRole('button', { name: 'Record measurements of' }).first().click();
      await dialog.getByLabel('Measurement').fill('Moisture');
      await dialog.getByLabel('Value').fill('14.2');
      await sound(v, 'quality-inspect');
      await dialog.getByRole('button', { name: 'Save measurements' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await main.getByRole('button', { name: 'Release hold' }).last().click();
      await dialog.getByLabel('Reason').fill('It was the bin');
      await sound(v, 'quality-release');
      await dialog.getByRole('button', { name: 'Release' }).click();
      await expect.poll(() => main.locator('tbody tr').count(), { timeout: 30_000 }).toBe(before);

      // what was refused is amended in vain, then dismissed
      await v.page.goto(inject('demo') + '/exceptions');
      await settled(v.page);
      const open = await main.locator('tbody tr').count();
      await main.getByRole('button', { name: 'Post as it was' }).first().click();
      await dialog.getByLabel('Reason').fill('Look again');
      await dialog.getByRole('button', { name: 'Post as it was' }).click();
      await dialog.locator('[role=alert]').waitFor();
      await v.page.keyboard.press('Escape');
      await main.getByRole('button', { name: 'Amend and post' }).first().click();
      await dialog.getByLabel('Product').waitFor();
      await sound(v, 'exception-amend');
      await v.page.keyboard.press('Escape');
      await main.getByRole('button', { name: 'Dismiss' }).first().click();
      await dialog.getByLabel('Reason').fill('Scanned twice');
      await dialog.getByRole('button', { name: 'Dismiss' }).click();
      await expect.poll(() => main.locator('tbody tr').count(), { timeout: 30_000 }).toBe(open - 1);
    }
    await v.context.close();
  });
}

test('an empty ledger says what would be here and how to begin', async () => {
  const server = await serve(folder());
  await administrator(server);
  const v = await signedIn('/stock', {}, server.url);
  for (const path of ['/stock', '/expiry', '/movements', '/quality', '/exceptions']) {
    await v.page.goto(server.url + path);
    await settled(v.page);
    await v.page.locator('main .empty').waitFor();
    await sound(v, 'empty' + path.replace('/', '-'));
  }
  await v.context.close();
  server.stop();
});
