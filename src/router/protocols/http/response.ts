import type { Refusal } from '../../../diagnostics/index.ts';
import { type RefusalCode, refusalCodes } from '../../../diagnostics/index.ts';
import { bigEndian, concat, nothing, utf8 } from '../bytes.ts';

/** @see RFC 9110 section 15, RFC 6585 */
function statusFor(code: RefusalCode): { readonly status: number; readonly reason: string } {
  switch (code) {
    case 'LG_NO_NAME':
    case 'LG_PROTOCOL':
      return { status: 400, reason: 'Bad Request' };
    case 'LG_NOT_GRANTED':
    case 'LG_UNKNOWN_ENDPOINT':
    case 'LG_NO_IDENTITY':
    case 'LG_PATH_DENIED':
      return { status: 403, reason: 'Forbidden' };
    case 'LG_NO_LISTENER':
    case 'LG_NO_RULE':
    case 'LG_PATH_UNKNOWN':
      return { status: 404, reason: 'Not Found' };
    case 'LG_TOO_SLOW':
      return { status: 408, reason: 'Request Timeout' };
    case 'LG_NAME_UNKNOWN':
      return { status: 421, reason: 'Misdirected Request' };
    case 'LG_TOO_BIG':
      return { status: 431, reason: 'Request Header Fields Too Large' };
    case 'LG_UPSTREAM_NO_ADDRESS':
    case 'LG_UPSTREAM_ADDRESS_REFUSED':
    case 'LG_UPSTREAM_REFUSED':
    case 'LG_UPSTREAM_NO_TLS':
    case 'LG_UPSTREAM_CERTIFICATE':
      return { status: 502, reason: 'Bad Gateway' };
    case 'LG_UPSTREAM_UNHEALTHY':
    case 'LG_OVER_LIMIT':
    case 'LG_NO_ISSUER':
    case 'LG_DRAINING':
      return { status: 503, reason: 'Service Unavailable' };
    case 'LG_UPSTREAM_TIMEOUT':
      return { status: 504, reason: 'Gateway Timeout' };
    default:
      return code satisfies never;
  }
}

/** What a refused request gets as its body; the same object for HTTP/1 and for inspected HTTP/2. */
const refusalBody = (refusal: Refusal): string =>
  `${JSON.stringify({ code: refusal.code, message: refusal.why, hint: refusalCodes[refusal.code].fix })}\n`;

/** An HTTP/1.1 response that ends the connection. `isHead`: the request was HEAD, so no body follows. */
export function refusalAnswer(
  refusal: Refusal,
  isHead: boolean,
): { readonly status: number; readonly head: Uint8Array; readonly body: Uint8Array } {
  const { status, reason } = statusFor(refusal.code);
  const body = utf8(refusalBody(refusal));
  const lines = [
    `HTTP/1.1 ${status} ${reason}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${body.length}`,
    `Lakegate-Code: ${refusal.code}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  return { status, head: utf8(`${lines.join('\r\n')}\r\n\r\n`), body: isHead ? nothing : body };
}

/** The same in one piece. */
export function refusalResponse(refusal: Refusal, isHead = false): Uint8Array {
  const { head, body } = refusalAnswer(refusal, isHead);
  return concat(head, body);
}

/** HTTP_1_1_REQUIRED. @see RFC 9113 section 7 */
const http11Required = 0x0d;

/** For a client that speaks HTTP/2 without TLS: an empty SETTINGS frame, then GOAWAY with the reason as debug data. */
export function refusalGoaway(refusal: Refusal): Uint8Array {
  const debug = utf8(`${refusal.code}: ${refusal.why}`);
  const settings = [0, 0, 0, 0x04, 0, 0, 0, 0, 0];
  const frame = concat(bigEndian(8 + debug.length, 3), [0x07, 0, 0, 0, 0, 0]);
  return concat(settings, frame, bigEndian(0, 4), bigEndian(http11Required, 4), debug);
}
