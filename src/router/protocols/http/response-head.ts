import { quoted } from '../../../diagnostics/index.ts';
import type { NeedMore } from '../answer.ts';
import { fromLatin1, latin1 } from '../bytes.ts';
import { type Framing, findEnd, type HeadFault, headFault, listOf, parseFields, valuesOf } from './head.ts';

/** The head of a server's response, as far as it says where the response ends. */
export interface ResponseHead {
  readonly is: 'response';
  readonly status: number;
  /** 100, 103: another head for the same request follows. 101 is not interim: the protocol has changed. */
  readonly interim: boolean;
  readonly framing: Framing | { readonly by: 'close' };
  /** The server closes the connection behind it. */
  readonly closes: boolean;
  readonly endsAt: number;
}

/**
 * Reads the head of one response at the start of the server's stream. Needed to know when the next request of a client
 * may be passed on, and whether an upgrade was granted. As strict as for requests: a server that answers ambiguously
 * could be read differently by the client behind.
 *
 * @param method Of the request that it answers: to HEAD no body follows.
 * @see RFC 9112 section 6.3
 */
export function parseResponseHead(prefix: Uint8Array, method: string): ResponseHead | NeedMore | HeadFault {
  const begun = latin1(prefix.subarray(0, start.length));
  if (!start.startsWith(begun)) return headFault('version', 'the response does not begin as one of HTTP/1');
  const endsAt = findEnd(prefix);
  if (typeof endsAt !== 'number') return endsAt;
  const text = latin1(prefix.subarray(0, endsAt));
  const [statusLine = '', ...lines] = text.slice(0, -4).split('\r\n');
  if (/[\r\0]/.test(text.replaceAll('\r\n', '')))
    return headFault('bare-return', 'the response head has a carriage return or a zero byte inside a line');
  const [, minor, code] = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: .*)?$/.exec(statusLine) ?? [];
  if (code === undefined) return headFault('request-line', `the status line ${quoted(statusLine)} is malformed`);
  const fields = parseFields(lines);
  if (!Array.isArray(fields)) return fields;
  const status = Number(code);
  const connection = listOf(fields, 'connection');
  const framing = framingOf(fields, status, method);
  if ('is' in framing) return framing;
  const closes =
    framing.by === 'close' || connection.includes('close') || (minor === '0' && !connection.includes('keep-alive'));
  return { is: 'response', status, interim: status < 200 && status !== 101, framing, closes, endsAt };
}

const start = 'HTTP/1.';

function framingOf(
  fields: Parameters<typeof valuesOf>[0],
  status: number,
  method: string,
): ResponseHead['framing'] | HeadFault {
  const lengths = valuesOf(fields, 'content-length');
  const codings = valuesOf(fields, 'transfer-encoding');
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { by: 'none' };
  if (lengths.length > 0 && codings.length > 0)
    return headFault('both-lengths', 'the response has both Content-Length and Transfer-Encoding');
  if (codings.length > 0)
    return codings.length === 1 && codings[0]?.toLowerCase() === 'chunked'
      ? { by: 'chunks' }
      : headFault('transfer-encoding', `Transfer-Encoding is ${quoted(codings.join(', '))}, not chunked`);
  if (lengths.length === 0) return { by: 'close' };
  const [length = ''] = lengths;
  if (lengths.length > 1 || !/^[0-9]{1,15}$/.test(length))
    return headFault('content-length', `Content-Length is ${quoted(lengths.join(', '))}, not one number`);
  return Number(length) === 0 ? { by: 'none' } : { by: 'length', bytes: Number(length) };
}

/**
 * The head of a request with fields left out, as it goes to the server; everything else stays byte for byte.
 * For `Upgrade: h2c`, which would turn the connection into one whose requests the router cannot read (Java's HTTP client
 * sends it with every plain request): without the field the server answers in HTTP/1.1, as a server may always do.
 */
export function headWithout(head: Uint8Array, names: readonly string[]): Uint8Array {
  const [requestLine = '', ...lines] = latin1(head).slice(0, -4).split('\r\n');
  const kept = lines.filter((line) => !names.includes(line.slice(0, line.indexOf(':')).toLowerCase()));
  return fromLatin1(`${[requestLine, ...kept].join('\r\n')}\r\n\r\n`);
}
