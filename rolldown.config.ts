import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'rolldown';

/** No module of ours does anything when it is loaded: what nobody uses of it (the shapes of a plan, for one) is left out. */
const treeshake = { moduleSideEffects: [{ test: /\/src\//, sideEffects: false }] };

/** What of the console's page is no script. */
const pageFiles: Plugin = {
  name: 'page-files',
  generateBundle() {
    for (const fileName of ['index.html', 'page.css', 'icon.svg'])
      this.emitFile({ type: 'asset', fileName, source: readFileSync(`src/console/page/${fileName}`) });
  },
};

export default defineConfig([
  /**
   * One entry, split by command: starting `lakegate check` does not load the router or an SDK. Packages stay packages, which npm
   * installs, but for the four that nearly every command line loads: finding and loading their 150 files one by one costs more than
   * `check` itself (docs/decisions/dependencies.md).
   */
  {
    input: { main: 'src/cli/main.ts' },
    platform: 'node',
    treeshake,
    external: [/^node:/, /^(?!(?:commander|ipaddr\.js|yaml|zod)(?:\/|$))[^./]/],
    output: {
      dir: 'dist',
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
      cleanDir: true,
      sourcemap: true,
    },
  },
  /** The page of `lakegate flows --web`, with all it needs: a browser loads nothing from elsewhere. */
  {
    input: { page: 'src/console/page/main.tsx' },
    platform: 'browser',
    plugins: [pageFiles],
    output: {
      dir: 'dist-console',
      format: 'esm',
      entryFileNames: '[name].js',
      cleanDir: true,
      codeSplitting: false,
      minify: true,
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
