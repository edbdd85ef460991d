import { quoted } from '../../../diagnostics/index.ts';
import { type Authority, parseAuthority, pathOf, targetForm } from './authority.ts';
import { type HeadFault, headFault, misspelled } from './fault.ts';
import { type Field, fieldsMax, headCapBytes, isToken, isValue } from './fields.ts';

/** Names and values in turn, as they came, those with a colon in front first. */
export type RawFields = readonly string[];

/** The head of a request of HTTP/2. */
export interface Http2Request extends Authority {
  readonly is: 'request';
  /** That of an extended CONNECT is `CONNECT`. */
  readonly method: string;
  /** As sent. */
  readonly target: string;
  /** Path of the target as sent, without the query. */
  readonly path: string;
  /** The host and port as sent. */
  readonly authority: string;
  /** All but `host` and those with a colon in front, in the order sent. */
  readonly fields: readonly Field[];
  /** It opens a WebSocket. @see RFC 8441 */
  readonly isWebsocket: boolean;
  readonly isGrpc: boolean;
}

const requestPseudo: readonly string[] = [':method', ':scheme', ':authority', ':path', ':protocol'];

/** They belong to a connection of HTTP/1.1. @see RFC 9113 section 8.2.2 */
const hopFields: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Reads the head of a request of HTTP/2 by the same rules as one of HTTP/1.1, so that it means the same to the router and
 * to its server, also to one that writes it down as HTTP/1.1. Never throws.
 *
 * @see RFC 9113 sections 8.2 and 8.3
 */
export function readHttp2Head(raw: RawFields): Http2Request | HeadFault {
  const pseudo = new Map<string, string>();
  let at = 0;
  for (; raw[at]?.startsWith(':'); at += 2) {
    const [name = '', value = ''] = [raw[at], raw[at + 1]];
    if (!requestPseudo.includes(name) || pseudo.has(name))
      return headFault('pseudo-field', `the field ${quoted(name)} is unknown or there twice`);
    pseudo.set(name, value);
  }
  const fields = readHttp2Fields(raw.slice(at));
  if ('is' in fields) return fields;
  const method = pseudo.get(':method') ?? '';
  if (!isToken(method) || method.length > 20)
    return headFault('method', `the method is ${quoted(method.slice(0, 20))}`);
  const protocol = pseudo.get(':protocol');
  if (method === 'CONNECT' && protocol === undefined)
    return headFault('connect', 'the client asks for a CONNECT tunnel');
  if (protocol !== undefined && (method !== 'CONNECT' || protocol !== 'websocket'))
    return headFault('connect', `the client asks for a tunnel for ${quoted(protocol)}, not for a WebSocket`);
  if (pseudo.get(':scheme') !== 'https') return headFault('pseudo-field', 'the scheme of the request is not https');
  const place = placeOf(method, pseudo, fields);
  if ('is' in place) return place;
  const type = fields.find(({ name }) => name === 'content-type')?.value ?? '';
  return {
    ...{ is: 'request', method, ...place },
    fields: fields.filter(({ name }) => name !== 'host'),
    isWebsocket: protocol !== undefined,
    isGrpc: /^application\/grpc(?:$|[+;])/.test(type),
  };
}

function placeOf(
  method: string,
  pseudo: ReadonlyMap<string, string>,
  fields: readonly Field[],
): (Authority & Pick<Http2Request, 'target' | 'path' | 'authority'>) | HeadFault {
  const hosts = fields.filter(({ name }) => name === 'host');
  if (hosts.length > 1) return headFault('several-hosts', `the request has ${hosts.length} host fields`);
  const written = pseudo.get(':authority') ?? hosts[0]?.value ?? '';
  if (written === '') return headFault('no-host', 'the request has no :authority');
  const host = hosts[0]?.value ?? written;
  if (host.toLowerCase() !== written.toLowerCase())
    return headFault('host-differs', `:authority is ${quoted(written)} and host is ${quoted(host)}`);
  const authority = parseAuthority(written);
  if ('is' in authority) return authority;
  const target = pseudo.get(':path') ?? '';
  const isPath = target.startsWith('/') || (target === '*' && method === 'OPTIONS');
  if (!isPath || !targetForm.test(target)) return headFault('target', `the :path ${quoted(target)} is not a path`);
  return { ...authority, target, path: pathOf(target), authority: written };
}

/**
 * Reads fields without a colon in front: of a head, or trailers. Crumbs of a cookie count as one field.
 *
 * @see RFC 9113 section 8.2.1
 */
export function readHttp2Fields(raw: RawFields): readonly Field[] | HeadFault {
  const fields: Field[] = [];
  let [bytes, count, lengths] = [0, 0, 0];
  for (let at = 0; at < raw.length; at += 2) {
    const [name = '', value = ''] = [raw[at], raw[at + 1]];
    bytes += name.length + value.length + 4;
    if (name !== 'cookie') count += 1;
    if (bytes > headCapBytes) return headFault('too-big', `the head has more than ${headCapBytes} bytes`);
    if (count > fieldsMax) return headFault('too-many-fields', `the head has more than ${fieldsMax} fields`);
    if (!isToken(name) || name !== name.toLowerCase())
      return headFault('field', `${quoted(name.slice(0, 200))} is not the name of a field`);
    if (!isValue(value) || /^[ \t]|[ \t]$/.test(value))
      return headFault('field', `the field ${quoted(name)} has a character in its value that may not stand there`);
    if (hopFields.has(name) || (name === 'te' && value !== 'trailers'))
      return headFault('hop-field', `the field ${name} has no place in HTTP/2`);
    const dashed = name.replaceAll('_', '-');
    if (dashed !== name && (dashed === 'content-length' || dashed === 'transfer-encoding')) return misspelled(name);
    if (name === 'content-length' && (++lengths > 1 || !/^[0-9]{1,15}$/.test(value)))
      return headFault('content-length', `content-length is ${quoted(value)}, or there twice`);
    fields.push({ name, value });
  }
  return fields;
}
