import type { Refusal, RefusalCode } from '../../../diagnostics/index.ts';
import { concat, fromLatin1, littleEndian, utf8 } from '../bytes.ts';
import { encodePacket } from './packet.ts';

/** @see https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html */
function mysqlError(code: RefusalCode): { readonly number: number; readonly state: string } {
  switch (code) {
    case 'LG_NOT_GRANTED':
    case 'LG_UNKNOWN_ENDPOINT':
    case 'LG_NO_IDENTITY':
    case 'LG_PATH_DENIED':
    case 'LG_PATH_UNKNOWN':
      return { number: 1045, state: '28000' }; // ER_ACCESS_DENIED_ERROR
    case 'LG_PROTOCOL':
    case 'LG_TOO_BIG':
    case 'LG_TOO_SLOW':
      return { number: 1043, state: '08S01' }; // ER_HANDSHAKE_ERROR
    case 'LG_OVER_LIMIT':
    case 'LG_NO_ISSUER':
      return { number: 1040, state: '08004' }; // ER_CON_COUNT_ERROR
    case 'LG_DRAINING':
      return { number: 1053, state: '08S01' }; // ER_SERVER_SHUTDOWN
    case 'LG_NO_NAME':
    case 'LG_NAME_UNKNOWN':
    case 'LG_NO_RULE':
    case 'LG_NO_LISTENER':
    case 'LG_UPSTREAM_NO_ADDRESS':
    case 'LG_UPSTREAM_ADDRESS_REFUSED':
    case 'LG_UPSTREAM_REFUSED':
    case 'LG_UPSTREAM_TIMEOUT':
    case 'LG_UPSTREAM_UNHEALTHY':
    case 'LG_UPSTREAM_NO_TLS':
    case 'LG_UPSTREAM_CERTIFICATE':
      return { number: 1105, state: 'HY000' }; // ER_UNKNOWN_ERROR
    default:
      return code satisfies never;
  }
}

/**
 * An ERR packet with the code and the reason.
 *
 * @param options.hint What to do, in a clause. Default: none; the page of the code says it.
 * @param options.sequence 0 in place of the greeting, 2 in answer to a login without TLS. Once the client has begun TLS only an
 *   alert can be read.
 */
export function errPacket(refusal: Refusal, { sequence, hint }: { sequence: number; hint?: string }): Uint8Array {
  const { number, state } = mysqlError(refusal.code);
  // Before the client has shown its capabilities, it would print the state as part of the text.
  const marker = sequence === 0 ? [] : fromLatin1(`#${state}`);
  const text = `${refusal.code}: ${refusal.why}${hint === undefined ? '' : `; ${hint}`}`;
  return encodePacket(sequence, concat([0xff], littleEndian(number, 2), marker, utf8(text)));
}

/** For a client that logs in without TLS on a port shared by name. */
export const plainLoginHint =
  'switch TLS on in the client and let it send the host name (SNI), or give the target a port of its own with routing: port';
