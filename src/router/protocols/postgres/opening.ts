import { type NeedMore, needMore } from '../answer.ts';
import { type HelloAnswer, parseClientHello } from '../tls/index.ts';
import { type FirstPacket, type PostgresFault, parseFirstPacket } from './startup.ts';

/** The router's answers to a client's requests for encryption, in order: `N` to GSSENCRequest, `S` to SSLRequest. */
export type Answered = readonly ('N' | 'S')[];

export type PostgresOpening =
  /** Send this byte, then read on. It may be sent only while nothing behind `upTo` has been read. */
  | { readonly is: 'answer'; readonly byte: 'N' | 'S'; readonly upTo: number }
  /** A ClientHello, or what stands where one must be. `startsAt`: its first byte in the stream. */
  | { readonly is: 'tls'; readonly direct: boolean; readonly startsAt: number; readonly hello: HelloAnswer }
  /** A plaintext packet that decides. */
  | {
      readonly is: 'plain';
      readonly packet: Extract<FirstPacket, { is: 'startup' | 'cancel-request' }>;
      readonly startsAt: number;
    }
  | NeedMore
  | PostgresFault
  | { readonly is: 'not-postgres'; readonly why: string };

/**
 * What to do next with a PostgreSQL client, from all its bytes so far and the answers it has had.
 *
 * A client that sends bytes before it has its answer may have had them injected by someone on the way, so a request
 * with bytes behind it is refused, as servers do (`received unencrypted data after SSL request`).
 */
export function readPostgresOpening(prefix: Uint8Array, answered: Answered): PostgresOpening {
  const startsAt = answered.length * 8; // every answered request has 8 bytes
  const rest = prefix.subarray(startsAt);
  if (answered.at(-1) === 'S') return { is: 'tls', direct: false, startsAt, hello: helloAt(rest, startsAt) };
  const packet = parseFirstPacket(rest);
  switch (packet.is) {
    case 'direct-tls':
      if (startsAt > 0)
        return wrong('request-after-request', 'the client began TLS after the router had answered N to its request');
      return { is: 'tls', direct: true, startsAt, hello: helloAt(rest, startsAt) };
    case 'need-more':
      return needMore(startsAt + packet.atLeast);
    case 'ssl-request':
    case 'gss-request': {
      const byte = packet.is === 'ssl-request' ? 'S' : 'N';
      if (answered.includes(byte)) return wrong('request-after-request', 'the client repeats a request for encryption');
      if (rest.length > packet.endsAt)
        return wrong('data-before-answer', 'the client sent data before the answer to its request for encryption');
      return { is: 'answer', byte, upTo: startsAt + packet.endsAt };
    }
    case 'startup':
    case 'cancel-request':
      return { is: 'plain', packet, startsAt };
    case 'bad':
    case 'not-postgres':
      return packet;
    default:
      return packet satisfies never;
  }
}

const wrong = (cause: PostgresFault['cause'], why: string): PostgresFault => ({
  is: 'bad',
  cause,
  code: 'LG_PROTOCOL',
  why,
});

/** Positions in the answer count from the start of the stream. */
function helloAt(rest: Uint8Array, startsAt: number): HelloAnswer {
  const hello = parseClientHello(rest);
  if (hello.is === 'need-more') return needMore(startsAt + hello.atLeast);
  return hello.is === 'hello' ? { ...hello, endsAt: startsAt + hello.endsAt } : hello;
}
