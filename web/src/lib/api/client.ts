// The one way to the server: typed by openapi.yaml, every failure a Problem.
import { base } from '$app/paths';
import createClient from 'openapi-fetch';
import { m } from '$lib/paraglide/messages';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

/** Problem is what the API says when it refuses (RFC 9457), or what befell the way to it. */
export class Problem extends Error {
  constructor(
    public code: string,
    public detail: string,
    public status = 0,
    public field = '',
    public offer = '',
    public about: string[] = []
  ) {
    super(detail);
    this.name = 'Problem';
  }
  /** sure tells whether nothing was recorded for sure; otherwise the same request has to be sent again. */
  get sure() {
    return this.status >= 400 && this.status < 500;
  }
}

/** signedOut is told when the server does not know any more who asks. The layout shows the sign-in over the page, so that nothing typed is lost. */
export const signedOut = { tell: () => {} };

/** enrol is told when the server asks for one-time codes to be set up before anything else. */
export const enrol = { tell: () => {} };

function heed(p: Problem): Problem {
  if (p.status === 401 && p.code === 'not_signed_in') signedOut.tell();
  if (p.code === 'second_factor_required') enrol.tell();
  return p;
}

export const client = createClient<paths>({ baseUrl: base, credentials: 'same-origin' });

/** problemFrom makes a Problem of whatever an answer says. */
export function problemFrom(body: unknown, status: number): Problem {
  const b = (typeof body === 'object' && body ? body : {}) as Record<string, unknown>;
  const text = (k: string) => (typeof b[k] === 'string' ? (b[k] as string) : '');
  return new Problem(
    text('code') || 'http_' + status,
    text('detail') || m.problem_status({ status }),
    status,
    text('field'),
    text('offer'),
    (b.about as string[]) ?? []
  );
}

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** ask waits for a call of the client and gives its body, or throws a Problem. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  let got: Answer<T>;
  try {
    got = await call;
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e;
    throw new Problem('offline', m.problem_offline());
  }
  if (got.response.ok) return got.data as T;
  throw heed(problemFrom(got.error, got.response.status));
}

/** send posts bytes that are no JSON, such as a file, and reads JSON or text back. */
export async function send(path: string, init: RequestInit): Promise<Response> {
  let r: Response;
  try {
    r = await fetch(base + path, { credentials: 'same-origin', ...init });
  } catch {
    throw new Problem('offline', m.problem_offline());
  }
  if (r.ok) return r;
  throw heed(problemFrom(await r.json().catch(() => null), r.status));
}

/** Once gives each form its Idempotency-Key: the same until something else is sent, so that sending again after a lost answer records nothing twice. */
export class Once {
  private key = '';
  private body = '';
  header(body: unknown): { 'Idempotency-Key': string } {
    const text = JSON.stringify(body);
    if (text !== this.body || !this.key) {
      this.body = text;
      this.key =
        crypto.randomUUID?.() ??
        Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
    }
    return { 'Idempotency-Key': this.key };
  }
  done() {
    this.key = this.body = '';
  }
}
