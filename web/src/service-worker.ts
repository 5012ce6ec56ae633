/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />
// Keeps the desk's own files, so that it opens at once and without a network. Data is never kept: it is asked of the server each time.
import { base, build, files, version } from '$service-worker';

const worker = self as unknown as ServiceWorkerGlobalScope;
const cacheName = 'clew-' + version;
const shell = base + '/';

worker.addEventListener('install', (e) => {
  e.waitUntil(
    caches
      .open(cacheName)
      .then((c) => c.addAll([shell, ...build, ...files.filter((f) => !f.endsWith('robots.txt'))]))
      .then(() => worker.skipWaiting())
  );
});

worker.addEventListener('activate', (e) => {
  e.waitUntil(
    caches
      .keys()
      .then((keys) => Promise.all(keys.filter((k) => k.startsWith('clew-') && k !== cacheName).map((k) => caches.delete(k))))
      .then(() => worker.clients.claim())
  );
});

worker.addEventListener('fetch', (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== 'GET' || url.origin !== location.origin || url.pathname.startsWith(base + '/v1/')) return;
  if (build.includes(url.pathname) || files.includes(url.pathname)) {
    e.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(e.request)));
  } else if (e.request.mode === 'navigate') {
    e.respondWith(fetch(e.request).catch(async () => (await caches.match(shell)) ?? Response.error()));
  }
});
