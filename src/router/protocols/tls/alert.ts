import type { RefusalCode } from '../../../diagnostics/index.ts';

/** Alert descriptions that the router sends. @see RFC 8446 section 6, RFC 6066 section 3, RFC 7301 section 3.2 */
export const alertNumbers = {
  unexpected_message: 10,
  record_overflow: 22,
  illegal_parameter: 47,
  access_denied: 49,
  decode_error: 50,
  protocol_version: 70,
  internal_error: 80,
  user_canceled: 90,
  unrecognized_name: 112,
  no_application_protocol: 120,
} as const;

export type Alert = keyof typeof alertNumbers;

/** A fatal alert as a whole plaintext record, which every client reads before and during its handshake. */
export const alertRecord = (alert: Alert): Uint8Array =>
  Uint8Array.of(0x15, 0x03, 0x03, 0x00, 0x02, 0x02, alertNumbers[alert]);

/** The alert that says most about a refusal. A fault of the hello itself has an alert of its own, see `helloAlert`. */
export function alertFor(code: RefusalCode): Alert {
  switch (code) {
    case 'LG_NO_NAME':
    case 'LG_NAME_UNKNOWN':
    case 'LG_NO_RULE':
    case 'LG_NO_LISTENER':
      return 'unrecognized_name';
    case 'LG_NOT_GRANTED':
    case 'LG_UNKNOWN_ENDPOINT':
    case 'LG_NO_IDENTITY':
    case 'LG_PATH_DENIED':
    case 'LG_PATH_UNKNOWN':
      return 'access_denied';
    case 'LG_PROTOCOL':
      return 'unexpected_message';
    case 'LG_TOO_SLOW':
    case 'LG_DRAINING':
      return 'user_canceled';
    case 'LG_TOO_BIG':
    case 'LG_OVER_LIMIT':
    case 'LG_NO_ISSUER':
    case 'LG_UPSTREAM_NO_ADDRESS':
    case 'LG_UPSTREAM_ADDRESS_REFUSED':
    case 'LG_UPSTREAM_REFUSED':
    case 'LG_UPSTREAM_TIMEOUT':
    case 'LG_UPSTREAM_UNHEALTHY':
    case 'LG_UPSTREAM_NO_TLS':
    case 'LG_UPSTREAM_CERTIFICATE':
      return 'internal_error';
    default:
      return code satisfies never;
  }
}
