/**
 * protocols: what clients say first, read from bytes; and refusals, written in the client's protocol. One folder each.
 * Never: sockets, time, a memory between calls, an exception for what came from the network.
 * Imports: ir, diagnostics. Imported by: router.
 */
export type { Answer, Fault, Matcher, NeedMore } from './answer.ts';
export { type Detected, detect, type Heard, postgresAlpn } from './detect.ts';
export { refusalBytes, type Voice } from './refusal.ts';
