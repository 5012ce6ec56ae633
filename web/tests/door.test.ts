import { expect, inject, test } from 'vitest';
import { signedIn, sound, visit, settled } from './browser';
import { folder, password, serve } from './servers';

test('the first administrator is made by the link that the server prints, and signs in again', async () => {
  const server = await serve(folder());
  const v = await visit(server.setup);
  expect(await v.page.getByLabel('Set-up token').inputValue()).not.toBe('');
  expect(v.page.url()).not.toContain('#');
  await v.page.getByLabel('User name').fill('amelia');
  await v.page.getByLabel('Password').fill('short');
  await v.page.getByRole('button', { name: 'Begin' }).click();
  await v.page.locator('[role=alert]').first().waitFor();
  expect(await v.page.getByLabel('User name').inputValue()).toBe('amelia');
  await sound(v, 'setup-refused');
  await v.page.getByLabel('Password').fill(password);
  await v.page.getByRole('button', { name: 'Begin' }).click();
  await v.page.waitForURL(server.url + '/start');
  await v.context.close();
  server.stop();
});

for (const size of ['desktop', 'phone'] as const) {
  for (const locale of ['en-GB', 'de-DE']) {
    test(`signing in, ${size}, ${locale}`, async () => {
      const v = await visit(inject('demo') + '/me', { size, locale });
      await v.page.waitForURL('**/signin?to=%2Fme');
      await settled(v.page);
      expect(await v.page.locator('h1').innerText()).toBe(locale === 'de-DE' ? 'Anmelden' : 'Sign in');
      await sound(v, `signin-${size}-${locale}`);
      await v.context.close();
      const inside = await signedIn('/', { size, locale, dark: size === 'phone' });
      await sound(inside, `today-${size}-${locale}`);
      await inside.context.close();
    });
  }
}
