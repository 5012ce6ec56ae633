import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  kit: {
    // One page for all addresses: web.go answers with it whatever has no file of its own.
    adapter: adapter({ pages: 'build', assets: 'build', fallback: 'index.html', precompress: true, strict: false }),
    // The service worker is registered by the layout, where a secure context allows it.
    serviceWorker: { register: false },
    alias: { $ui: 'src/lib/ui', $api: 'src/lib/api' },
    version: { name: process.env.VERSION || 'dev' }
  }
};
