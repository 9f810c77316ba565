import { defineConfig } from 'vite';

/** Builds the GraphiQL page (web/graphiql) into static files that need nothing from outside. */
export default defineConfig({
  root: `${import.meta.dirname}/web/graphiql`,
  base: './',
  publicDir: false,
  build: {
    outDir: '../../dist/web/graphiql',
    emptyOutDir: true,
    target: 'esnext',
    sourcemap: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Monaco is one piece of about 2.5 MB; it comes from the same machine.
    chunkSizeWarningLimit: 4_000,
    // React's libraries carry "use client" and the like in every file; that says nothing here.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
});
