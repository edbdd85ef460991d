import { quoted } from '../../../diagnostics/index.ts';
import type { Hostname } from '../../../ir/index.ts';
import { type NeedMore, needMore } from '../answer.ts';
import { agrees, fromLatin1, latin1 } from '../bytes.ts';
import { type Authority, parseAuthority, pathOf, targetForm } from './authority.ts';
import { type HeadFault, headFault, misspelled } from './fault.ts';
import { bareReturn, type Field, fieldsIn, findEnd, isTokenByte, walkFields } from './fields.ts';
import { type Framing, PickedFields } from './framing.ts';

/** Longest method that is read. The longest registered one has 17 letters. */
const methodMax = 20;

export interface RequestHead {
  readonly is: 'request';
  readonly method: string;
  readonly minorVersion: 0 | 1;
  /** As sent. */
  readonly target: string;
  /** Path of the target as sent, without the query; `*` for `OPTIONS *`. */
  readonly path: string;
  /** The name asked for, from Host and, if the target is in absolute form, from it: they agree. */
  readonly host: Hostname;
  readonly hostPort?: number;
  /** Names in lower case, values trimmed; bytes as characters. In the order sent. Made when it is asked for. */
  readonly fields: readonly Field[];
  readonly framing: Framing;
  /** Protocols that the client would like to change to, in lower case. */
  readonly upgrade: readonly string[];
  /** The scheme of Authorization, in lower case. */
  readonly authorization?: string;
  /** It has an Expect. */
  readonly expects: boolean;
  /** The client sends no further request on this connection. */
  readonly closes: boolean;
  /** Bytes of the stream up to the end of the empty line. */
  readonly endsAt: number;
}

export type HeadAnswer = RequestHead | NeedMore | HeadFault | { readonly is: 'not-http'; readonly why: string };

/** What an HTTP/2 client with prior knowledge begins with, up to the first line end. @see RFC 9113 section 3.4 */
export const http2Line: Uint8Array = fromLatin1('PRI * HTTP/2.0\r\n');

/**
 * Reads the head of one HTTP/1 request at the start of a stream, strictly: whatever two parties could read differently
 * is refused, because this router decides on the head and another party reads it again. Never throws.
 *
 * Refused: lone CR or LF, folded fields, space before a colon, no or several Host fields, Host and absolute target that
 * differ, Content-Length with Transfer-Encoding or twice, Transfer-Encoding other than `chunked`, CONNECT, HTTP/2.
 *
 * @see RFC 9112 sections 2.2, 3.2, 5 and 6
 */
export function parseRequestHead(prefix: Uint8Array): HeadAnswer {
  if (prefix.length === 0) return needMore(1);
  if (prefix[0] === http2Line[0] && agrees(prefix, 0, http2Line))
    return prefix.length < http2Line.length
      ? needMore(http2Line.length)
      : headFault('http2', 'the client speaks HTTP/2 without TLS; this port speaks HTTP/1.1');
  const start = checkStart(prefix);
  if (start) return start;
  const end = findEnd(prefix);
  return typeof end === 'number' ? parseWhole(prefix, end) : end;
}

/** Refuses what cannot be a request before a whole head is there, so that garbage does not wait for the deadline. */
function checkStart(prefix: Uint8Array): HeadAnswer | undefined {
  let end = 0;
  while (end <= methodMax && isTokenByte(prefix[end] ?? 0)) end++;
  if (end > methodMax)
    return headFault('method', `the method begins ${quoted(latin1(prefix.subarray(0, methodMax + 1)))}`);
  if (end < prefix.length && (end === 0 || prefix[end] !== 0x20))
    return { is: 'not-http', why: `${quoted(latin1(prefix.subarray(0, end + 1)))} begins no HTTP request` };
  return undefined;
}

function parseWhole(prefix: Uint8Array, endsAt: number): HeadAnswer {
  const lineEnd = prefix.indexOf(0x0a) - 1;
  const line = latin1(prefix.subarray(0, lineEnd));
  const first = line.indexOf(' ');
  const last = line.lastIndexOf(' ');
  const method = line.slice(0, first);
  const target = line.slice(first + 1, last);
  const version = line.slice(last + 1);
  if (/[\r\0]/.test(line)) return bareReturn();
  if (first === last || target.includes(' '))
    return headFault('request-line', `the request line ${quoted(line)} is not method, target and version`);
  const minorVersion = version === 'HTTP/1.1' ? 1 : version === 'HTTP/1.0' ? 0 : undefined;
  if (minorVersion === undefined)
    return headFault('version', `the version ${quoted(version)} is neither HTTP/1.1 nor HTTP/1.0`);
  if (method === 'CONNECT') return headFault('connect', 'the client asks for a CONNECT tunnel');
  const picked = new PickedFields(prefix);
  const fault = walkFields(prefix, lineEnd + 2, endsAt - 2, picked.take);
  if (fault) return fault;
  const place = placeOf(method, target, picked);
  if ('is' in place) return place;
  const framing = framingOf(picked, minorVersion);
  if ('is' in framing) return framing;
  let fields: readonly Field[] | undefined;
  return {
    is: 'request',
    method,
    minorVersion,
    target,
    ...place,
    get fields() {
      fields ??= fieldsIn(prefix, lineEnd + 2, endsAt - 2);
      return fields;
    },
    framing,
    upgrade: picked.connection.includes('upgrade') ? picked.upgrade : nothingAsked,
    ...(picked.authorization !== undefined && { authorization: picked.authorization }),
    expects: picked.expects,
    closes: picked.closes(minorVersion),
    endsAt,
  };
}

const nothingAsked: readonly string[] = [];

/** Host and path of a request. @see RFC 9112 section 3.2 */
function placeOf(
  method: string,
  target: string,
  { hosts, host }: PickedFields,
): (Authority & { readonly path: string }) | HeadFault {
  if (!targetForm.test(target))
    return headFault('target', `the target ${quoted(target)} has characters that may not stand there`);
  if (hosts > 1) return headFault('several-hosts', `the request has ${hosts} Host fields`);
  if (host === '') return headFault('no-host', 'the request has no Host');
  const authority = parseAuthority(host);
  if ('is' in authority) return authority;
  if (target.startsWith('/')) return { ...authority, path: pathOf(target) };
  if (target === '*')
    return method === 'OPTIONS' ? { ...authority, path: '*' } : headFault('target', `the target of ${method} is *`);
  const absolute = /^https?:\/\/([^/?]*)(.*)$/i.exec(target);
  if (!absolute) return headFault('target', `the target ${quoted(target)} is neither a path nor an absolute URL`);
  const [, written = '', rest = ''] = absolute;
  if (written.toLowerCase() !== host.toLowerCase())
    return headFault('host-differs', `the target names ${quoted(written)} and Host names ${quoted(host)}`);
  return { ...authority, path: pathOf(rest.startsWith('/') ? rest : `/${rest}`) };
}

function framingOf(picked: PickedFields, minorVersion: 0 | 1): Framing | HeadFault {
  if (picked.misspelled) return misspelled(picked.misspelled);
  const framing = picked.framing();
  if ('is' in framing) return framing;
  if (framing.by === 'chunks' && minorVersion === 0)
    return headFault('transfer-encoding', 'the request has Transfer-Encoding, which HTTP/1.0 does not know');
  return framing.by === 'close' ? { by: 'none' } : framing;
}

/**
 * Whether bytes could be read as the beginning of a request: empty lines, then a method with a blank behind it. Undefined
 * where more bytes decide.
 */
export function beginsRequest(bytes: Uint8Array): boolean | undefined {
  let at = 0;
  while (bytes[at] === 0x0d || bytes[at] === 0x0a) at++;
  const from = at;
  while (isTokenByte(bytes[at] ?? 0)) at++;
  return at === bytes.length ? undefined : at > from && (bytes[at] === 0x20 || bytes[at] === 0x09);
}
