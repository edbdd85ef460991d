import { quoted } from '../../../diagnostics/index.ts';
import { type Hostname, parseHostname } from '../../../ir/index.ts';
import { type Fault, type NeedMore, needMore } from '../answer.ts';
import { agrees, byteAt, fromLatin1, latin1 } from '../bytes.ts';

/** Longest request head that is read: request line, fields and the empty line. */
export const headCapBytes = 16_384;
/** Most fields in a head. */
export const fieldsMax = 100;
/** Longest method that is read. The longest registered one has 17 letters. */
const methodMax = 20;

/** How the body of a message is delimited. */
export type Framing =
  | { readonly by: 'none' }
  | { readonly by: 'length'; readonly bytes: number }
  | { readonly by: 'chunks' };

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
  /** Names in lower case, values trimmed; bytes as characters. In the order sent. */
  readonly fields: readonly Field[];
  readonly framing: Framing;
  /** Protocols that the client would like to change to, in lower case. */
  readonly upgrade: readonly string[];
  /** The client sends no further request on this connection. */
  readonly closes: boolean;
  /** Bytes of the stream up to the end of the empty line. */
  readonly endsAt: number;
}

export interface Field {
  readonly name: string;
  readonly value: string;
}

export type HeadCause =
  | 'http2'
  | 'too-big'
  | 'too-many-fields'
  | 'method'
  | 'request-line'
  | 'version'
  | 'target'
  | 'connect'
  | 'bare-newline'
  | 'bare-return'
  | 'field'
  | 'folded-field'
  | 'no-host'
  | 'several-hosts'
  | 'host'
  | 'host-address'
  | 'host-unknown'
  | 'host-differs'
  | 'both-lengths'
  | 'chunk'
  | 'content-length'
  | 'transfer-encoding';

export type HeadFault = Fault<HeadCause>;
export type HeadAnswer = RequestHead | NeedMore | HeadFault | { readonly is: 'not-http'; readonly why: string };

export const headFault = (cause: HeadCause, why: string): HeadFault => ({ is: 'bad', cause, code: codeOf(cause), why });

function codeOf(cause: HeadCause): HeadFault['code'] {
  if (cause === 'too-big' || cause === 'too-many-fields') return 'LG_TOO_BIG';
  if (cause === 'no-host' || cause === 'host-address') return 'LG_NO_NAME';
  return cause === 'host-unknown' ? 'LG_NAME_UNKNOWN' : 'LG_PROTOCOL';
}

/** What an HTTP/2 client with prior knowledge begins with, up to the first line end. @see RFC 9113 section 3.4 */
export const http2Line: Uint8Array = fromLatin1('PRI * HTTP/2.0\r\n');

/** A letter or digit or one of these may stand in a method or field name. @see RFC 9110 section 5.6.2 */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

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
  if (agrees(prefix, 0, http2Line))
    return prefix.length < http2Line.length
      ? needMore(http2Line.length)
      : headFault('http2', 'the client speaks HTTP/2 without TLS; this port speaks HTTP/1.1');
  const start = checkStart(prefix);
  if (start) return start;
  const end = findEnd(prefix);
  return typeof end === 'number' ? parseWhole(latin1(prefix.subarray(0, end)), end) : end;
}

/** Refuses what cannot be a request before a whole head is there, so that garbage does not wait for the deadline. */
function checkStart(prefix: Uint8Array): HeadAnswer | undefined {
  const start = latin1(prefix.subarray(0, methodMax + 1));
  const end = start.search(/[^!#$%&'*+.^_`|~0-9A-Za-z-]/);
  if (end === 0 || (end > 0 && start[end] !== ' '))
    return { is: 'not-http', why: `${quoted(start.slice(0, end + 1))} begins no HTTP request` };
  return end < 0 && start.length > methodMax ? headFault('method', `the method begins ${quoted(start)}`) : undefined;
}

/** Where the head ends, one byte behind its empty line. */
export function findEnd(prefix: Uint8Array): number | NeedMore | HeadFault {
  const head = prefix.subarray(0, headCapBytes);
  let lineStart = 0;
  // The count bounds the work for a client that sends thousands of short lines byte by byte.
  for (let lines = 0; ; lines++) {
    if (lines > fieldsMax + 1) return tooManyFields();
    const newline = head.indexOf(0x0a, lineStart);
    if (newline < 0) {
      if (prefix.length >= headCapBytes)
        return headFault('too-big', `the request head has more than ${headCapBytes} bytes`);
      return needMore(prefix.length + 1);
    }
    if (byteAt(head, newline - 1) !== 0x0d)
      return headFault('bare-newline', 'a line of the request head ends without a carriage return');
    if (newline - 1 === lineStart) return newline + 1;
    lineStart = newline + 1;
  }
}

function parseWhole(text: string, endsAt: number): HeadAnswer {
  const [requestLine = '', ...lines] = text.slice(0, -4).split('\r\n');
  if (/[\r\0]/.test(text.replaceAll('\r\n', '')))
    return headFault('bare-return', 'the request head has a carriage return or a zero byte inside a line');
  const words = requestLine.split(' ');
  const [method = '', target = '', version = ''] = words;
  if (words.length !== 3 || !token.test(method))
    return headFault('request-line', `the request line ${quoted(requestLine)} is not method, target and version`);
  if (!/^HTTP\/1\.[01]$/.test(version))
    return headFault('version', `the version ${quoted(version)} is neither HTTP/1.1 nor HTTP/1.0`);
  if (method === 'CONNECT') return headFault('connect', 'the client asks for a CONNECT tunnel');
  const fields = parseFields(lines);
  if (!Array.isArray(fields)) return fields;
  const place = placeOf(method, target, fields);
  if ('is' in place) return place;
  const minorVersion = version === 'HTTP/1.1' ? 1 : 0;
  const framing = framingOf(fields, minorVersion);
  if ('is' in framing) return framing;
  const connection = listOf(fields, 'connection');
  const closes = connection.includes('close') || (minorVersion === 0 && !connection.includes('keep-alive'));
  const upgrade = connection.includes('upgrade') ? listOf(fields, 'upgrade') : [];
  return { is: 'request', method, minorVersion, target, ...place, fields, framing, upgrade, closes, endsAt };
}

const tooManyFields = (): HeadFault => headFault('too-many-fields', `the head has more than ${fieldsMax} fields`);

/** Splits field lines; for heads and for the trailers of a chunked body. */
export function parseFields(lines: readonly string[]): Field[] | HeadFault {
  if (lines.length > fieldsMax) return tooManyFields();
  const fields: Field[] = [];
  for (const line of lines) {
    if (/^[ \t]/.test(line)) return headFault('folded-field', 'a field of the head is folded over two lines');
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0));
    if (!token.test(name)) return headFault('field', `the line ${quoted(line)} is not a field`);
    const value = withoutBlanks(line.slice(colon + 1));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value))
      return headFault('field', `the field ${quoted(name)} has a control character in its value`);
    fields.push({ name: name.toLowerCase(), value });
  }
  return fields;
}

/** Without spaces and tabs at both ends. By hand: a pattern for the end takes quadratic time on a long run in the middle. */
function withoutBlanks(text: string): string {
  const isBlank = (at: number): boolean => text[at] === ' ' || text[at] === '\t';
  let [start, end] = [0, text.length];
  while (start < end && isBlank(start)) start++;
  while (start < end && isBlank(end - 1)) end--;
  return text.slice(start, end);
}

/** Values of every line of a field. */
export const valuesOf = (fields: readonly Field[], name: string): string[] =>
  fields.filter((field) => field.name === name).map((field) => field.value);

/** The members of a comma-separated field over all its lines, in lower case, empty ones left out. */
export const listOf = (fields: readonly Field[], name: string): string[] =>
  valuesOf(fields, name)
    .flatMap((value) => value.split(','))
    .map((member) => member.trim().toLowerCase())
    .filter((member) => member !== '');

type Authority = { readonly host: Hostname; readonly hostPort?: number };

/** Host and path of a request. @see RFC 9112 section 3.2 */
function placeOf(
  method: string,
  target: string,
  fields: readonly Field[],
): (Authority & { readonly path: string }) | HeadFault {
  if (!/^[\x21-\x7e]+$/.test(target) || target.includes('#'))
    return headFault('target', `the target ${quoted(target)} has characters that may not stand there`);
  const hosts = valuesOf(fields, 'host');
  if (hosts.length > 1) return headFault('several-hosts', `the request has ${hosts.length} Host fields`);
  const field = hosts[0];
  if (field === undefined || field === '') return headFault('no-host', 'the request has no Host');
  const authority = parseAuthority(field);
  if ('is' in authority) return authority;
  if (target.startsWith('/')) return { ...authority, path: pathOf(target) };
  if (target === '*')
    return method === 'OPTIONS' ? { ...authority, path: '*' } : headFault('target', `the target of ${method} is *`);
  const absolute = /^https?:\/\/([^/?]*)(.*)$/i.exec(target);
  if (!absolute) return headFault('target', `the target ${quoted(target)} is neither a path nor an absolute URL`);
  const [, written = '', rest = ''] = absolute;
  if (written.toLowerCase() !== field.toLowerCase())
    return headFault('host-differs', `the target names ${quoted(written)} and Host names ${quoted(field)}`);
  return { ...authority, path: pathOf(rest.startsWith('/') ? rest : `/${rest}`) };
}

const pathOf = (target: string): string => target.split('?', 1)[0] ?? '';

function parseAuthority(text: string): Authority | HeadFault {
  if (/^\[/.test(text) || /^[0-9]+(\.[0-9]+){3}(:[0-9]*)?$/.test(text))
    return headFault('host-address', `Host is the address ${quoted(text)}`);
  const parts = /^([A-Za-z0-9._-]+)(?::([0-9]{1,5}))?$/.exec(text);
  if (!parts) return headFault('host', `Host is ${quoted(text)}, which is not a host name with an optional port`);
  const host = parseHostname(parts[1] ?? '');
  if (!host)
    return headFault('host-unknown', `Host is ${quoted(text)}, which is not a host name that a route can have`);
  return parts[2] === undefined ? { host } : { host, hostPort: Number(parts[2]) };
}

/** @see RFC 9112 section 6.3; stricter: a repeated Content-Length is refused even where all agree. */
function framingOf(fields: readonly Field[], minorVersion: 0 | 1): Framing | HeadFault {
  const spelled = fields.find(({ name }) => name === 'content_length' || name === 'transfer_encoding');
  if (spelled) return headFault('field', `the field ${spelled.name} is read as one with - in it by some servers`);
  const lengths = valuesOf(fields, 'content-length');
  const codings = valuesOf(fields, 'transfer-encoding');
  if (lengths.length > 0 && codings.length > 0)
    return headFault('both-lengths', 'the request has both Content-Length and Transfer-Encoding');
  if (codings.length > 0) {
    if (minorVersion === 0)
      return headFault('transfer-encoding', 'the request has Transfer-Encoding, which HTTP/1.0 does not know');
    if (codings.length > 1 || codings[0]?.toLowerCase() !== 'chunked')
      return headFault('transfer-encoding', `Transfer-Encoding is ${quoted(codings.join(', '))}, not chunked`);
    return { by: 'chunks' };
  }
  if (lengths.length === 0) return { by: 'none' };
  const [length = ''] = lengths;
  if (lengths.length > 1 || !/^[0-9]{1,15}$/.test(length))
    return headFault('content-length', `Content-Length is ${quoted(lengths.join(', '))}, not one number`);
  return length.replace(/^0+/, '') === '' ? { by: 'none' } : { by: 'length', bytes: Number(length) };
}
