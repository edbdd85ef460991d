/** The program of the router artifact: `lakegate router` alone, in one file, with nothing to install beside it. */
import { runCommands } from './run.ts';

const router = {
  summary: 'Run the router',
  load: async () => (await import('./commands/router.ts')).routerWith(undefined),
};

process.exitCode = await runCommands(['router', ...process.argv.slice(2)], { router });
