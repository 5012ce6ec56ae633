import { expect, inject, test } from 'vitest';
import { settled, signedIn, sound, type Visit } from './browser';

const go = async (v: Visit, path: string) => {
  await v.page.goto(inject('demo') + path);
  await settled(v.page);
};

for (const [size, locale, dark] of [
  ['desktop', 'en-GB', false],
  ['phone', 'de-DE', true]
] as const) {
  test(`stock, expiry and movements, ${size}, ${locale}`, async () => {
    const v = await signedIn('/stock', { size, locale, dark });
    const main = v.page.locator('main');
    await main.locator('tbody tr').first().waitFor();
    await sound(v, `stock-${size}`);
    // a filter stands in the address, and pages go on
    await go(v, '/stock?product=FLOUR-WHEAT');
    expect(new Set(await main.locator('tbody tr td:first-child a').allInnerTexts())).toEqual(new Set(['FLOUR-WHEAT']));
    await go(v, '/stock?product=FLOUR-WHEAT&lot=NO-SUCH-LOT');
    await main.locator('[role=alert], .empty').first().waitFor();
    await go(v, '/expiry');
    await main.locator('.span').first().waitFor();
    expect(await main.locator('.span').count()).toBe(4);
    await sound(v, `expiry-${size}`);
    await main.locator('.span').nth(3).click();
    await v.page.waitForURL('**/expiry?when=later');

    await go(v, '/movements?kind=ship');
    await main.locator('tbody tr').first().waitFor();
    await sound(v, `movements-${size}`);
    await main.locator('tbody a').first().click();
    await v.page.waitForURL(/\/movements\/\d+$/);
    await settled(v.page);
    await main.locator('a[download]').waitFor();
    await sound(v, `movement-${size}`);
    await v.context.close();
  });
}
