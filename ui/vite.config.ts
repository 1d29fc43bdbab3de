import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// Two pages, the window's and the witness display's, each with scripts and styles of its own files and nothing inlined: the
// policy allows only files of the program.
export default defineConfig({
  plugins: [svelte()],
  base: './',
  build: {
    target: 'safari16',
    modulePreload: false,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    rolldownOptions: { input: { index: 'index.html', witness: 'witness.html' } },
  },
});
