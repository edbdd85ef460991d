/**
 * app/router: runs the node engine from its files until it is told to end.
 * Never: planning, arguments, a change to the files.
 * Imports: diagnostics, ir, router. Imported by: cli.
 */
export { type HostPort, type IssuerSource, runWorker, workerMark } from '../../router/index.ts';
export type { Issuers } from './issuer-followed.ts';
export { type RouterConfig, type RouterFiles, readRouterFiles } from './router-files.ts';
export { type Serving, type ServingContext, serveRouter } from './serve-router.ts';
