/**
 * router: the node engine. Executes a RoutePlan: takes connections, decides by the first bytes, carries the rest.
 * Never: planning, a cloud's API, a writable disk.
 * Imports: diagnostics, ir, pki, routing. Imported by: app, lab.
 */

export type { FlowSource } from './admin/flow-feed.ts';
export { type FlowSocket, type FlowSocketPlace, startFlowSocket } from './admin/flow-socket.ts';
export { type AdminServer, type AdminView, startAdmin } from './admin/server.ts';
export { startRouter } from './engine.ts';
export { absentMark, contentMark, FileWatch, readPolicy, readRoutePlan } from './files.ts';
export type { ConnectionEvent, EndReason } from './flows/event.ts';
export { flowLine } from './flows/flow-line.ts';
export { type FlowLog, flowLog } from './flows/log.ts';
export type { Issuer } from './inspect/issuer.ts';
export { IssuerFile } from './inspect/issuer-file.ts';
export { IssuerFollower } from './inspect/issuer-follower.ts';
export type { IssuerSource, Looked } from './inspect/issuer-source.ts';
export type { Snapshot } from './metrics.ts';
export type { Addresses, HostPort, Reloaded, Resolve, RouterOptions, RunningRouter } from './options.ts';
export { defaultLimits, type RouterLimits } from './router-limits.ts';
export { runWorker, workerMark } from './workers/worker.ts';
export { WorkerPool, type WorkerPoolOptions } from './workers/worker-pool.ts';
