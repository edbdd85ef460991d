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

/** What answers a refused request of HTTP/2. */
export interface Http2Refusal {
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  /** Absent: the fields are all. */
  readonly body?: Uint8Array;
}

/**
 * The same for HTTP/2. A client of gRPC reads the status of its own protocol, which stands in fields without a body
 * ("Trailers-Only"); its other answers would tell it nothing.
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md (2026-11-25)
 */
export function http2Refusal(refusal: Refusal, { isGrpc = false, isHead = false }): Http2Refusal {
  const { status } = statusFor(refusal.code);
  const common = { 'lakegate-code': refusal.code, 'cache-control': 'no-store' };
  if (isGrpc)
    return {
      status: 200,
      fields: {
        'content-type': 'application/grpc',
        'grpc-status': String(grpcStatusOf(status)),
        'grpc-message': percentEncoded(`${refusal.code}: ${refusal.why}`),
        ...common,
      },
    };
  const body = utf8(refusalBody(refusal));
  const type = 'application/json; charset=utf-8';
  const fields = { 'content-type': type, 'content-length': String(body.length), ...common };
  return isHead ? { status, fields } : { status, fields, body };
}

/** @see https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md (2026-11-25) */
function grpcStatusOf(status: number): number {
  if (status >= 500) return 14; // UNAVAILABLE
  if (status === 404) return 12; // UNIMPLEMENTED
  if (status === 403) return 7; // PERMISSION_DENIED
  return status === 400 ? 13 : 2; // INTERNAL, UNKNOWN
}

/** As a grpc-message is written: printable ASCII without the percent sign, everything else as UTF-8 in percents. */
const percentEncoded = (text: string): string =>
  [...utf8(text)]
    .map((byte) =>
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');

/** HTTP_1_1_REQUIRED. @see RFC 9113 section 7 */
const http11Required = 0x0d;

/** For a client that speaks HTTP/2 without TLS: an empty SETTINGS frame, then GOAWAY with the reason as debug data. */
export function refusalGoaway(refusal: Refusal): Uint8Array {
  const debug = utf8(`${refusal.code}: ${refusal.why}`);
  const settings = [0, 0, 0, 0x04, 0, 0, 0, 0, 0];
  const frame = concat(bigEndian(8 + debug.length, 3), [0x07, 0, 0, 0, 0, 0]);
  return concat(settings, frame, bigEndian(0, 4), bigEndian(http11Required, 4), debug);
}
