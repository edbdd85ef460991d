/**
 * console: a server on loopback and its page, which shows recorded requests while they come in.
 * Never: an address beyond loopback, a request without the token, text of a flow as anything but text.
 * Imports: diagnostics, ir. Imported by: cli.
 */
export { type ConsoleOptions, type FlowConsole, type FlowSink, startConsole } from './console.ts';
