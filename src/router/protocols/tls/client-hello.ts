import { quoted } from '../../../diagnostics/index.ts';
import { type Hostname, parseHostname } from '../../../ir/index.ts';
import { type Fault, type NeedMore, needMore } from '../answer.ts';
import { byteAt, Cursor, concat, latin1, nothing, numberAt } from '../bytes.ts';
import type { Alert } from './alert.ts';

/** Most bytes of a stream that are read for a ClientHello, record headers included. A post-quantum one has about 1,600. */
export const helloCapBytes = 65_536;

/** Records without content that are passed over before the hello is complete. RFC 8446 section 5.1 forbids them; some stacks send one. */
export const emptyRecordsMax = 8;

/** What a ClientHello says that a router may use. */
export interface ClientHello {
  readonly is: 'hello';
  /** Absent when the client sent no server name. */
  readonly serverName?: Hostname;
  /** Protocols offered, in the client's order; bytes as characters. */
  readonly alpn: readonly string[];
  /** Encrypted ClientHello is present (also as GREASE): the name is then the outer one. */
  readonly hasEch: boolean;
  /** Bytes of the stream up to the end of the hello. */
  readonly endsAt: number;
}

const causes = {
  'sslv2-hello': { alert: 'protocol_version', code: 'LG_PROTOCOL' },
  'record-too-long': { alert: 'record_overflow', code: 'LG_PROTOCOL' },
  'other-record': { alert: 'unexpected_message', code: 'LG_PROTOCOL' },
  'empty-records': { alert: 'unexpected_message', code: 'LG_PROTOCOL' },
  'not-client-hello': { alert: 'unexpected_message', code: 'LG_PROTOCOL' },
  'too-big': { alert: 'internal_error', code: 'LG_TOO_BIG' },
  malformed: { alert: 'decode_error', code: 'LG_PROTOCOL' },
  'duplicate-extension': { alert: 'illegal_parameter', code: 'LG_PROTOCOL' },
  'several-names': { alert: 'illegal_parameter', code: 'LG_PROTOCOL' },
  'empty-name': { alert: 'decode_error', code: 'LG_PROTOCOL' },
  'address-as-name': { alert: 'unrecognized_name', code: 'LG_NO_NAME' },
  'not-a-host-name': { alert: 'unrecognized_name', code: 'LG_NAME_UNKNOWN' },
} as const satisfies Record<string, { readonly alert: Alert; readonly code: Fault<string>['code'] }>;

export type HelloCause = keyof typeof causes;
export type HelloFault = Fault<HelloCause>;

/** The alert that names a fault of the hello. */
export const helloAlert = (cause: HelloCause): Alert => causes[cause].alert;

export type HelloAnswer = ClientHello | NeedMore | HelloFault | { readonly is: 'not-tls'; readonly why: string };

const fault = (cause: HelloCause, why: string): HelloFault => ({ is: 'bad', cause, code: causes[cause].code, why });

/**
 * Reads the ClientHello at the start of a stream, over any number of records. Looks at nothing behind its last byte
 * (0-RTT data may follow). Never throws; terminates on any input; reads at most {@link helloCapBytes}.
 *
 * While incomplete it asks for the fewest bytes that could complete the message, so that a client that cuts its hello into
 * one-byte records costs a logarithmic number of calls, not one for each record.
 */
export function parseClientHello(prefix: Uint8Array): HelloAnswer {
  const message = gatherMessage(prefix);
  return message.is === 'message' ? parseMessage(message.body, message.endsAt) : message;
}

type Gathered =
  | Exclude<HelloAnswer, ClientHello>
  | { readonly is: 'message'; readonly body: Uint8Array; readonly endsAt: number };

const recordHeader = 5;
const messageHeader = 4;
const recordMax = 16_384; // RFC 8446 section 5.1

/** Joins the handshake bytes of the records until the first message is whole; its body comes without the four-byte header. */
function gatherMessage(prefix: Uint8Array): Gathered {
  const parts: Uint8Array[] = [];
  let have = 0; // handshake bytes in parts
  let want = messageHeader; // handshake bytes until the next decision
  let at = 0;
  let empty = 0;
  for (;;) {
    const wrong = faultOfRecord(prefix, at);
    if (wrong) return wrong;
    if (prefix.length < at + recordHeader) return asking(at + recordHeader + want - have);
    const length = numberAt(prefix, at + 3, 2);
    const start = at + recordHeader;
    if (length === 0 && ++empty > emptyRecordsMax)
      return fault('empty-records', `more than ${emptyRecordsMax} TLS records without content`);
    let used = 0; // bytes of this record already counted
    for (;;) {
      const take = Math.min(want - have, length - used, Math.max(0, prefix.length - start - used));
      parts.push(prefix.subarray(start + used, start + used + take));
      used += take;
      have += take;
      if (have < want) break;
      if (want > messageHeader) return finished(parts, start + used);
      const header = parts.length === 1 ? (parts[0] ?? nothing) : concat(...parts);
      if (byteAt(header, 0) !== 1)
        return fault('not-client-hello', `the first handshake message has type ${byteAt(header, 0)}, not ClientHello`);
      want += numberAt(header, 1, 3);
      if (want > helloCapBytes) return tooBig(want);
      // A body of no bytes is malformed; parseMessage says so.
      if (want === messageHeader) return finished(parts, start + used);
    }
    if (prefix.length < start + length) {
      const missing = want - have;
      const inRecord = start + length - prefix.length;
      return asking(prefix.length + (missing <= inRecord ? missing : inRecord + recordHeader + missing - inRecord));
    }
    at = start + length;
  }
}

const asking = (atLeast: number): NeedMore | HelloFault =>
  atLeast > helloCapBytes ? tooBig(atLeast) : needMore(atLeast);

const tooBig = (bytes: number): HelloFault =>
  fault('too-big', `the ClientHello needs at least ${bytes} bytes; the router reads ${helloCapBytes}`);

function finished(parts: readonly Uint8Array[], endsAt: number): Gathered {
  if (endsAt > helloCapBytes) return tooBig(endsAt);
  return { is: 'message', body: concat(...parts).subarray(messageHeader), endsAt };
}

/** Checks as much of a record header as is there. */
function faultOfRecord(prefix: Uint8Array, at: number): Exclude<HelloAnswer, ClientHello | NeedMore> | undefined {
  if (prefix.length <= at) return undefined;
  const type = byteAt(prefix, at);
  if (type !== 0x16) {
    if (at > 0) return fault('other-record', `a TLS record of type ${type} stands inside the ClientHello`);
    if (type < 0x80) return { is: 'not-tls', why: `the first byte is ${hex(type)}, not a TLS handshake record` };
    // SSLv2 framing: two length bytes with the top bit set, then message type 1.
    if (prefix.length < 3) return undefined;
    return byteAt(prefix, 2) === 1
      ? fault('sslv2-hello', 'the client sent an SSL 2.0 ClientHello, which carries no server name')
      : { is: 'not-tls', why: `the first byte is ${hex(type)}, not a TLS handshake record` };
  }
  if (prefix.length > at + 1 && byteAt(prefix, at + 1) !== 3) {
    if (at > 0) return fault('malformed', `a TLS record has version ${hex(byteAt(prefix, at + 1))}`);
    return { is: 'not-tls', why: `the second byte is ${hex(byteAt(prefix, at + 1))}, no TLS version` };
  }
  if (prefix.length >= at + recordHeader && numberAt(prefix, at + 3, 2) > recordMax)
    return fault(
      'record-too-long',
      `a TLS record claims ${numberAt(prefix, at + 3, 2)} bytes; ${recordMax} are allowed`,
    );
  return undefined;
}

const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`;

const serverNameExtension = 0;
const alpnExtension = 16;
const echExtension = 0xfe0d; // RFC 9849

/** @see RFC 8446 section 4.1.2 */
function parseMessage(body: Uint8Array, endsAt: number): ClientHello | HelloFault {
  const read = new Cursor(body);
  read.take(2 + 32); // version, random
  if (read.take(read.u8()).length > 32) return malformed('session id');
  const suites = read.take(read.u16());
  if (suites.length < 2 || suites.length % 2 === 1) return malformed('list of cipher suites');
  if (read.take(read.u8()).length === 0 || read.isShort) return malformed('list of compression methods');
  // Hellos of TLS 1.1 and before may end here.
  if (read.left === 0) return { is: 'hello', alpn: [], hasEch: false, endsAt };
  const block = read.take(read.u16());
  if (read.isShort || read.left > 0) return malformed('block of extensions');

  const extensions = new Map<number, Uint8Array>();
  const each = new Cursor(block);
  while (each.left > 0) {
    const type = each.u16();
    const content = each.take(each.u16());
    if (each.isShort) return malformed(`extension ${type}`);
    if (extensions.has(type)) return fault('duplicate-extension', `extension ${type} appears twice in the ClientHello`);
    extensions.set(type, content);
  }
  const alpn = parseAlpn(extensions.get(alpnExtension));
  if (!alpn) return malformed('list of application protocols');
  const hello = { is: 'hello', alpn, hasEch: extensions.has(echExtension), endsAt } as const;
  const names = extensions.get(serverNameExtension);
  if (!names) return hello;
  const serverName = parseServerName(names);
  return typeof serverName === 'string' ? { ...hello, serverName } : serverName;
}

const malformed = (part: string): HelloFault =>
  fault('malformed', `the lengths of the ClientHello’s ${part} do not fit`);

/** @see RFC 6066 section 3: a list of which at most one entry is a host name, of 1 to 65535 bytes. */
function parseServerName(content: Uint8Array): Hostname | HelloFault {
  const outer = new Cursor(content);
  const list = new Cursor(outer.take(outer.u16()));
  if (outer.isShort || outer.left > 0 || list.left === 0) return malformed('server name list');
  const type = list.u8();
  const bytes = list.take(list.u16());
  if (list.isShort || type !== 0) return malformed('server name');
  if (list.left > 0) return fault('several-names', 'the ClientHello has more than one server name');
  if (bytes.length === 0) return fault('empty-name', 'the ClientHello has an empty server name');
  const text = latin1(bytes);
  const name = parseHostname(text);
  if (name) return name;
  if (/^[0-9]+(\.[0-9]+){3}\.?$/.test(text) || text.includes(':'))
    return fault('address-as-name', `the server name ${quoted(text)} is an address`);
  return fault('not-a-host-name', `the server name ${quoted(text)} is not a host name that a route can have`);
}

/** @see RFC 7301 section 3.1 */
function parseAlpn(content: Uint8Array | undefined): readonly string[] | undefined {
  if (!content) return [];
  const outer = new Cursor(content);
  const list = new Cursor(outer.take(outer.u16()));
  if (outer.isShort || outer.left > 0 || list.left === 0) return undefined;
  const protocols: string[] = [];
  while (list.left > 0) {
    const bytes = list.take(list.u8());
    if (list.isShort || bytes.length === 0) return undefined;
    protocols.push(latin1(bytes));
  }
  return protocols;
}
