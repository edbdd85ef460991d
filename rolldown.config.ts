import { defineConfig } from 'rolldown';

/** No module of ours does anything when it is loaded: what nobody uses of it (the shapes of a plan, for one) is left out. */
const treeshake = { moduleSideEffects: [{ test: /\/src\//, sideEffects: false }] };

export default defineConfig([
  /** One entry, split by command: starting `lakegate check` does not load the router or an SDK. */
  {
    input: { main: 'src/cli/main.ts' },
    platform: 'node',
    treeshake,
    external: [/^node:/, /^[^./]/], // packages stay packages: npm installs and pins them
    output: {
      dir: 'dist',
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
      cleanDir: true,
      sourcemap: true,
    },
  },
  /** The router alone with all it needs in one file: `lakegate artifact` packs it, and machines run it without npm. */
  {
    input: 'src/cli/router-program.ts',
    platform: 'node',
    treeshake,
    external: [/^node:/],
    output: { file: 'dist-router/router.mjs', format: 'esm', codeSplitting: false },
  },
]);
