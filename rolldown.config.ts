import { defineConfig } from 'rolldown';

/** One entry, split by command: starting `lakegate check` does not load the router or an SDK. */
export default defineConfig({
  input: { main: 'src/cli/main.ts' },
  platform: 'node',
  external: [/^node:/, /^[^./]/], // packages stay packages: npm installs and pins them
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    cleanDir: true,
    sourcemap: true,
  },
});
