import type { Refusal } from '../../../diagnostics/index.ts';
import { type RefusalCode, refusalCodes } from '../../../diagnostics/index.ts';
import { bigEndian, concat, utf8 } from '../bytes.ts';

/** @see https://www.postgresql.org/docs/17/errcodes-appendix.html */
function sqlState(code: RefusalCode): string {
  switch (code) {
    case 'LG_PROTOCOL':
    case 'LG_TOO_BIG':
    case 'LG_TOO_SLOW':
      return '08P01'; // protocol_violation
    case 'LG_NOT_GRANTED':
    case 'LG_UNKNOWN_ENDPOINT':
    case 'LG_NO_IDENTITY':
    case 'LG_PATH_DENIED':
    case 'LG_PATH_UNKNOWN':
      return '28000'; // invalid_authorization_specification
    case 'LG_OVER_LIMIT':
    case 'LG_NO_ISSUER':
      return '53300'; // too_many_connections
    case 'LG_DRAINING':
    case 'LG_UPSTREAM_UNHEALTHY':
      return '57P03'; // cannot_connect_now
    case 'LG_UPSTREAM_NO_ADDRESS':
    case 'LG_UPSTREAM_ADDRESS_REFUSED':
    case 'LG_UPSTREAM_REFUSED':
    case 'LG_UPSTREAM_TIMEOUT':
    case 'LG_UPSTREAM_NO_TLS':
    case 'LG_UPSTREAM_CERTIFICATE':
      return '08001'; // sqlclient_unable_to_establish_sqlconnection
    case 'LG_NO_NAME':
    case 'LG_NAME_UNKNOWN':
    case 'LG_NO_RULE':
    case 'LG_NO_LISTENER':
      return '08004'; // sqlserver_rejected_establishment_of_sqlconnection
    default:
      return code satisfies never;
  }
}

/**
 * A fatal ErrorResponse. Only a client that began in plaintext shows it: what comes in answer to an SSLRequest must not
 * be shown (CVE-2024-10977), and after `S` only TLS may follow.
 *
 * @param hint Default: what the code's page says to do.
 * @see https://www.postgresql.org/docs/17/protocol-error-fields.html
 */
export function errorResponse(refusal: Refusal, hint: string = refusalCodes[refusal.code].fix): Uint8Array {
  const field = (type: string, value: string) => utf8(`${type}${value.replaceAll('\0', '')}\0`);
  const fields = concat(
    field('S', 'FATAL'),
    field('V', 'FATAL'),
    field('C', sqlState(refusal.code)),
    field('M', `${refusal.code}: ${refusal.why}`),
    field('D', `${refusalCodes[refusal.code].title} (refused by lakegate)`),
    field('H', hint),
    [0],
  );
  return concat([0x45], bigEndian(fields.length + 4, 4), fields);
}

/** For clients that log in without TLS on a port that is shared by name. */
export const plaintextHint =
  'Turn TLS on in the client, such as sslmode=require (better verify-full) for libpq and JDBC, and connect by host name.';
