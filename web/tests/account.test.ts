// The own account and the settings, as a person walks through them: on a phone and at a desk, once in German.
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { administrator, folder, password, serve } from './servers';
import { settled, signedIn, sound } from './browser';

/** codeOf is what an app shows for a secret (RFC 6238). */
function codeOf(secret: string, step = 0): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const c of secret.replace(/[^A-Z2-7]/g, '')) bits += alphabet.indexOf(c).toString(2).padStart(5, '0');
  const key = Buffer.from(bits.match(/.{8}/g)!.map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + step));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19]! & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function server() {
  const s = await serve(folder());
  await administrator(s);
  return s;
}

describe('the own account', () => {
  test('password, PIN, one-time codes and sessions, on a phone', async () => {
    const s = await server();
    const v = await signedIn('/me', { size: 'phone' }, s.url);
    const { page } = v;
    await page.getByText('This one').waitFor();
    await sound(v, 'account-me-phone');

    const section = (title: string) => page.locator('section').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
    const changed = password + ' again';
    const pass = section('Password');
    await pass.getByLabel('Present password').fill('not this');
    await pass.getByLabel('New password', { exact: true }).fill(changed);
    await pass.getByLabel('New password once more').fill('other');
    await pass.getByRole('button', { name: 'Change password' }).click();
    await pass.getByText('The two new passwords differ.').first().waitFor();
    await pass.getByLabel('New password once more').fill(changed);
    await pass.getByRole('button', { name: 'Change password' }).click();
    await pass.getByRole('alert').waitFor();
    expect(await pass.getByLabel('New password', { exact: true }).inputValue()).toBe(changed); // what was typed stays
    await pass.getByLabel('Present password').fill(password);
    await pass.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('The password was changed.').waitFor();

    const pin = section('PIN for stations');
    await pin.getByLabel('Present password').fill(changed);
    await pin.getByLabel('New PIN').fill('739104');
    await pin.getByRole('button', { name: 'Set PIN' }).click();
    await pin.getByText('✓ Set up').waitFor();

    const codes = section('One-time codes');
    await codes.getByRole('button', { name: 'Set up one-time codes' }).click();
    const symbol = codes.getByRole('img');
    await symbol.waitFor();
    await expect.poll(() => symbol.evaluate((i: HTMLImageElement) => i.naturalWidth)).toBeGreaterThan(50);
    const secret = (await codes.locator('.code').first().textContent())!;
    await codes.getByLabel('Present password').fill(changed);
    await codes.getByLabel('One-time code').fill(codeOf(secret));
    await sound(v, 'account-codes-phone');
    await codes.getByRole('button', { name: 'Confirm' }).click();
    await codes.getByText('I have kept them').waitFor();
    expect(await codes.locator('li.code').count()).toBeGreaterThan(4);
    await sound(v, 'account-recovery-phone');
    await codes.getByRole('button', { name: 'I have kept them' }).click();
    await codes.getByRole('button', { name: 'Remove one-time codes' }).click();
    await codes.getByLabel('Present password').fill(changed);
    await codes.getByRole('button', { name: 'Remove one-time codes' }).click();
    await codes.getByText('Not set up').waitFor();

    await page.goto(s.url + '/settings');
    await page.getByRole('button', { name: 'Change: Reasons' }).click();
    await page.getByRole('dialog').getByLabel('Partner', { exact: true }).check();
    await sound(v, 'settings-reasons-phone');
    await page.keyboard.press('Escape');
    await page.goto(s.url + '/me');
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.waitForURL(s.url + '/signin');
    await v.context.close();
    s.stop();
  });
});

describe('settings', () => {
  test('in German: shown, changed for a reason, their history; a second factor leads to the account', async () => {
    const s = await server();
    const v = await signedIn('/settings', { locale: 'de-DE', dark: true }, s.url);
    const { page } = v;
    await page.getByRole('heading', { name: /Zweiter Faktor/ }).waitFor();
    await sound(v, 'settings-de-dark');
    await page.getByRole('button', { name: 'Ändern: Unterschriften' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Freigabe von Ware').check();
    await dialog.getByLabel('Grund').fill('Der Prüfer verlangt es');
    await sound(v, 'settings-dialog-de');
    await dialog.getByRole('button', { name: 'Speichern' }).click();
    await page.getByText('Die Einstellung ist geändert.').waitFor();
    await page.locator('section').filter({ hasText: 'Unterschriften' }).getByText('Verlauf').click();
    await page.getByText('Der Prüfer verlangt es').waitFor();
    await sound(v, 'settings-history-de');

    // What the server refuses is said in German first, then in its own words.
    await page.goto(s.url + '/me');
    await settled(page);
    const pin = page.locator('section').filter({ hasText: 'PIN für Stationen' });
    await pin.getByLabel('Jetziges Passwort').fill(password);
    await pin.getByLabel('Neue PIN').fill('123456');
    await pin.getByRole('button', { name: 'PIN setzen' }).click();
    await pin.getByText('Das Passwort oder die PIN ist zu kurz oder wird überall zuerst probiert.').waitFor();
    expect(await pin.locator('[role=alert] [lang=en]').textContent()).toMatch(/PIN/);
    await sound(v, 'account-refused-de');

    await page.goto(s.url + '/settings');
    await settled(page);
    await page.getByRole('button', { name: 'Ändern: Zweiter Faktor' }).click();
    await dialog.getByLabel('Zweiter Faktor').selectOption('all');
    await dialog.getByLabel('Grund').fill('Für alle');
    await dialog.getByRole('button', { name: 'Speichern' }).click();
    await page.waitForURL(s.url + '/me');
    await page.getByText('Richten Sie zuerst Einmalcodes ein').first().waitFor();
    await sound(v, 'account-must-de');
    await page.getByRole('button', { name: 'Einmalcodes einrichten' }).click();
    const secret = (await page.locator('form .code').first().textContent())!;
    await page.getByLabel('Jetziges Passwort').fill(password);
    await page.getByLabel('Einmalcode', { exact: true }).fill(codeOf(secret));
    await page.getByRole('button', { name: 'Bestätigen' }).click();
    await page.getByRole('button', { name: 'Ich habe sie aufbewahrt' }).click();
    await page.getByRole('heading', { name: 'Wo Sie angemeldet sind' }).waitFor();
    await page.goto(s.url + '/settings');
    await page.getByText('Jetzt: alle').waitFor();
    await v.context.close();
    s.stop();
  });
});
