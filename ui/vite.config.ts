import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// One script, one style sheet, nothing inlined: the page's policy allows only files of its own.
export default defineConfig({
  plugins: [svelte()],
  base: './',
  build: { target: 'safari16', modulePreload: { polyfill: false }, assetsInlineLimit: 0, cssCodeSplit: false },
});
