/**
 * Every cap and deadline of the engine, by name. A plan may lower a few of them for one upstream; nothing raises them
 * but the operator.
 */
export interface RouterLimits {
  /** Bytes the router gathers before it decides: PROXY header, ClientHello, request head. Default 65536. */
  readonly openingBytes: number;
  /** Time from accept until the opening is whole, in milliseconds. Default 10000. */
  readonly openingMs: number;
  /** Connections that have not finished their opening, for each listener. Default 4096. */
  readonly pendingOpenings: number;
  /** The same for each NCC, where clients are told by their endpoint; those of no NCC count as one. Default 1024. */
  readonly openingsPerNcc: number;
  /** Connections of the whole engine. Default 50000. */
  readonly connections: number;
  /** Connections to one upstream whose plan sets no maximum of its own. Default 10000. */
  readonly connectionsPerUpstream: number;
  /** Time until the upstream must have answered, over all of its addresses, in milliseconds. Default 10000. */
  readonly dialMs: number;
  /** Time for one address when others are left, in milliseconds. Default 3000. */
  readonly dialAttemptMs: number;
  /** Head start of an address before the next one is tried beside it (RFC 8305 section 5), in milliseconds. Default 250. */
  readonly dialStaggerMs: number;
  /** Addresses of one name that are considered. Default 16. */
  readonly dialAddresses: number;
  /** Time for one question to DNS, in milliseconds. Default 3000. */
  readonly dnsMs: number;
  /** An answer is kept at least this long, in seconds, whatever its TTL. Default 1. */
  readonly dnsFloorSeconds: number;
  /** An answer is kept at most this long, in seconds, whatever its TTL. Default 60. */
  readonly dnsCapSeconds: number;
  /** How long the last good answer serves while DNS fails, in seconds. Default 3600. */
  readonly dnsStaleSeconds: number;
  /** Names in the DNS cache. Default 20000. */
  readonly dnsEntries: number;
  /** A quiet connection is probed after this many milliseconds, on both sides. Default 60000: far below the 350 s of an endpoint. */
  readonly keepaliveMs: number;
  /** A connection that carried no byte for this long is closed, in milliseconds. Default 86400000 (a day). */
  readonly idleMs: number;
  /** The same once one side has said that it sends no more. Default 3600000 (an hour). */
  readonly halfClosedMs: number;
  /** Time a refused client gets to read its refusal, in milliseconds. Default 2000. */
  readonly refusalMs: number;
  /** Servers that one plaintext CancelRequest of Postgres is sent to. Default 8; 0 drops it. */
  readonly cancelFanOut: number;
  /** Time for a MySQL server to show its greeting when a port shared by name asks for it, in milliseconds. Default 2000. */
  readonly mysqlGreetingMs: number;
  /** A MySQL server that did not show its greeting is asked again no sooner, in milliseconds. Default 30000. */
  readonly mysqlAskAgainMs: number;
  /** TLS handshakes of inspected names under way for one NCC. Default 256. */
  readonly handshakesPerNcc: number;
  /** TLS handshakes of inspected names that one NCC may begin in a second, twice as many in a burst. Default 300. */
  readonly handshakesPerSecondPerNcc: number;
  /** Inspected connections of one NCC; each holds some 200 KB at most. Default 5000. */
  readonly inspectedPerNcc: number;
  /** HTTP/2 streams of one client connection at once. Default 128. */
  readonly streamsPerConnection: number;
  /** HTTP/2 streams of one NCC at once. Default 10000. */
  readonly streamsPerNcc: number;
  /** HTTP/2 streams that clients of one NCC may reset in a second, twice as many in a burst. Default 200. */
  readonly streamResetsPerSecondPerNcc: number;
  /** SETTINGS and PING frames of one HTTP/2 client in a second, twice as many in a burst. Default 1000: gRPC sends a PING per round trip. */
  readonly controlFramesPerSecond: number;
  /** Bytes of one NCC that wait in the router for a slow reader; further requests are refused. Default 268435456. */
  readonly bufferedBytesPerNcc: number;
  /** The same for requests that were under way before: what would hold more is torn. Default 536870912. */
  readonly heldBytesPerNcc: number;
  /** Time from the end of an inspected request to the head of its answer, in milliseconds. Default 900000; a body has none. */
  readonly answerMs: number;
  /** An inspected connection without a request is closed after this many milliseconds. Default 300000. */
  readonly betweenRequestsMs: number;
  /** Certificates of inspected names that are kept. Default 1000. */
  readonly leafCertificates: number;
  /** Connections to one upstream that rest between requests, for each NCC. Default 64. */
  readonly restingPerUpstream: number;
  /** Time that a connection to an upstream rests at most, in milliseconds. Default 30000. */
  readonly restMs: number;
  /** The same for a request that is not sent twice if the server has just closed. Default 2000: most servers wait for 5000. */
  readonly restUnrepeatableMs: number;
  /** Health probes in flight at once. Default 32. */
  readonly probes: number;
  /** Log lines per second of refused connections; the rest are counted, not written. Default 200. */
  readonly refusalLinesPerSecond: number;
  /** Bytes of the last requests that are kept in memory, and again of those that are open. Default 16777216. */
  readonly flowBytes: number;
  /** Inspected requests that are recorded in a second; the rest are counted. Default 1000. */
  readonly flowsPerSecond: number;
  /** Log lines per second of inspected requests. Default 20. */
  readonly flowLinesPerSecond: number;
}

export const defaultLimits: RouterLimits = {
  openingBytes: 65_536,
  openingMs: 10_000,
  pendingOpenings: 4096,
  openingsPerNcc: 1024,
  connections: 50_000,
  connectionsPerUpstream: 10_000,
  dialMs: 10_000,
  dialAttemptMs: 3000,
  dialStaggerMs: 250,
  dialAddresses: 16,
  dnsMs: 3000,
  dnsFloorSeconds: 1,
  dnsCapSeconds: 60,
  dnsStaleSeconds: 3600,
  dnsEntries: 20_000,
  keepaliveMs: 60_000,
  idleMs: 86_400_000,
  halfClosedMs: 3_600_000,
  refusalMs: 2000,
  cancelFanOut: 8,
  mysqlGreetingMs: 2000,
  mysqlAskAgainMs: 30_000,
  handshakesPerNcc: 256,
  handshakesPerSecondPerNcc: 300,
  inspectedPerNcc: 5000,
  streamsPerConnection: 128,
  streamsPerNcc: 10_000,
  streamResetsPerSecondPerNcc: 200,
  controlFramesPerSecond: 1000,
  bufferedBytesPerNcc: 268_435_456,
  heldBytesPerNcc: 536_870_912,
  answerMs: 900_000,
  betweenRequestsMs: 300_000,
  leafCertificates: 1000,
  restingPerUpstream: 64,
  restMs: 30_000,
  restUnrepeatableMs: 2000,
  probes: 32,
  refusalLinesPerSecond: 200,
  flowBytes: 16 * 1024 * 1024,
  flowsPerSecond: 1000,
  flowLinesPerSecond: 20,
};
