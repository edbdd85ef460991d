import { runWorker } from '../../src/router/index.ts';

await runWorker();
