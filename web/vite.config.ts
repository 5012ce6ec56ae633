import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

const api = process.env.CLEW_URL || 'http://127.0.0.1:8080';

// The framework's announcer of pages is hidden by an inline style, which the content security policy keeps out: app.css hides it.
const plainAnnouncer = {
  name: 'plain-announcer',
  enforce: 'pre' as const,
  transform(code: string, id: string) {
    if (id.split('?')[0]!.endsWith('/generated/root.svelte'))
      return { code: code.replace(/(id="svelte-announcer"[^>]*?) style="[^"]*"/s, '$1'), map: null };
  }
};

export default defineConfig({
  plugins: [
    plainAnnouncer,
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/lib/paraglide',
      strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
      localStorageKey: 'clew.locale',
      emitTsDeclarations: true
    }),
    sveltekit()
  ],
  // `npm run dev` shows pages from the sources and asks a Clew that runs.
  server: { proxy: { '/v1': api } }
});
