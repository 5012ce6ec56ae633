// News of the ledger: one long question at a time, shared by everything on the page that wants to know.
import { ask, client, type Schemas } from '$api/client';

type Entry = Schemas['Entry'];
type Listener = (entries: Entry[]) => void;

const listeners = new Set<Listener>();
let running: AbortController | null = null;

async function follow(stop: AbortSignal) {
  let after: number | undefined;
  let pause = 1000;
  while (!stop.aborted) {
    if (document.hidden) {
      await new Promise((r) => document.addEventListener('visibilitychange', r, { once: true }));
      continue;
    }
    try {
      if (after === undefined) {
        const newest = await ask(client.GET('/v1/movements', { params: { query: { limit: 1, order: 'newest' } }, signal: stop }));
        after = newest.items?.[0]?.entry ?? 0;
      }
      const page = await ask(client.GET('/v1/entries', { params: { query: { after, wait: 25, limit: 200 } }, signal: stop }));
      const items = page.items ?? [];
      if (items.length) {
        after = items[items.length - 1]!.entry;
        for (const tell of listeners) tell(items);
      }
      pause = 1000;
    } catch {
      if (stop.aborted) return;
      await new Promise((r) => setTimeout(r, pause));
      pause = Math.min(pause * 2, 30_000);
    }
  }
}

/** onNews calls back with each new entry, until the function that it gives is called. Use it in an $effect. */
export function onNews(listener: Listener): () => void {
  listeners.add(listener);
  if (!running) {
    running = new AbortController();
    void follow(running.signal);
  }
  return () => {
    listeners.delete(listener);
    if (!listeners.size) {
      running?.abort();
      running = null;
    }
  };
}
