import type { Hostname, Speech } from '../ir/index.ts';
import type { RouteTable } from './route-table.ts';

/**
 * What a client's opening asks for, as far as routing goes. The router reads it from bytes; the proof enumerates it.
 * A ClientHello is `tls`; it is `postgres` where that is spoken and its ALPN says so, or where a SSLRequest came before.
 */
export interface Claim {
  readonly speech: Speech;
  /** The server name in it. Absent: none was sent (no SNI, no TLS, no Host). */
  readonly name?: Hostname;
  /** How the client came to send no name, as one sentence for the refusal. */
  readonly whyNoName?: string;
}

/** What an honest client of this name says here: the first speech that has a route for it. */
export function honestClaim({ listener, byName }: RouteTable, name: Hostname): Claim {
  for (const speech of listener.speaks) if (speech !== 'tcp' && byName[speech].has(name)) return { speech, name };
  return { speech: listener.speaks[0] ?? 'tcp', name };
}
