// Starts what the journeys need: the binary on an empty folder, and on a demo's year; both are gone afterwards.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    clew: string;
    demo: string;
    /** the administrator of the demo: amelia, with this password */
    password: string;
  }
}

const binary = process.env.CLEW_BINARY ?? join(import.meta.dirname, '../../bin/clew');
const running: ChildProcess[] = [];
const folders: string[] = [];

export const folder = () => {
  const dir = mkdtempSync(join(tmpdir(), 'clew-desk-'));
  folders.push(dir);
  return dir;
};

/** serve starts a server on an own port; it gives the line that it prints of the first administrator, too. */
export function serve(data: string): Promise<{ url: string; setup: string; stop: () => void }> {
  const child = spawn(binary, ['serve', '--data', data, '--listen', '127.0.0.1:0', '--ephemeral', '--log', 'error'], {
    stdio: ['ignore', 'pipe', 'inherit']
  });
  running.push(child);
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout!.on('data', (d: Buffer) => {
      said += d;
      const url = /serves on (http:\/\/\S+)/.exec(said)?.[1];
      if (url && said.includes('\n', said.indexOf(url)))
        setTimeout(() => resolve({ url, setup: /(http\S+\/setup#\S+)/.exec(said)?.[1] ?? '', stop: () => child.kill() }), 100);
    });
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
}

export const run = (...args: string[]) => {
  const done = spawnSync(binary, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`clew ${args.join(' ')}: ${done.stderr}`);
  return done.stdout;
};

export const password = 'seven blue boats at noon';

/** administrator makes amelia by the token that the server printed. */
export async function administrator(server: { url: string; setup: string }) {
  const body = JSON.stringify({ token: server.setup.split('#')[1], user: 'amelia', full_name: 'Amelia', password });
  const r = await fetch(server.url + '/v1/setup', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  if (!r.ok) throw new Error(await r.text());
}

export default async function setup(project: TestProject) {
  if (!existsSync(binary)) throw new Error(`${binary} is missing: run make build first, or name one with CLEW_BINARY`);
  // CLEW_DEMO_DATA is a folder that a demo was made in before, to save the time.
  const data = process.env.CLEW_DEMO_DATA ?? folder();
  if (!process.env.CLEW_DEMO_DATA) run('demo', '--data', data, '--days', '60', '--ephemeral');
  const demo = await serve(data);
  if (demo.setup) await administrator(demo);
  project.provide('demo', demo.url);
  project.provide('password', password);
  return () => {
    for (const c of running) c.kill('SIGKILL');
    for (const f of folders) rmSync(f, { recursive: true, force: true });
  };
}
