/**
 * app/flows: reads the records of inspected requests, from a running router or from its log, and writes them as HAR.
 * Never: a terminal, more records in memory than were asked for.
 * Imports: app/files, diagnostics, ir, router. Imported by: cli.
 */
export { flowLine } from '../../router/index.ts';
export { FlowsClient, FlowsFailure, type FlowsPage, type FlowsQuestion } from './client.ts';
export { harOf } from './har.ts';
export { logRecords } from './log-records.ts';
export { type FlowsPlace, isLoopback, parseFlowsPlace } from './place.ts';
export { readToken } from './token.ts';
export { writeHar } from './write-har.ts';
