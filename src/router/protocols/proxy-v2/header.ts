import { quoted } from '../../../diagnostics/index.ts';
import { type EndpointId, type IpAddress, parseEndpointId, parsePort } from '../../../ir/index.ts';
import { type Fault, type NeedMore, needMore } from '../answer.ts';
import { agrees, byteAt, Cursor, concat, latin1, numberAt } from '../bytes.ts';
import { addressBytes, ipv4FromBytes, ipv6FromBytes } from './address.ts';
import { crc32c } from './crc32c.ts';

/** `\r\n\r\n\0\r\nQUIT\n`. @see https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt section 2.2 */
export const signature = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);

/** Longest header that is read, the fixed sixteen bytes included. A load balancer of AWS sends about 100. */
export const headerCapBytes = 4_096;
/** Most TLVs in one header. */
export const tlvsMax = 32;
/** Longest version 1 header (section 2.1 of the specification). */
const v1CapBytes = 107;
/** Headers that may follow the first, from whoever connected to the load balancer. */
export const furtherMax = 3;

const tlvTypes = { crc32c: 0x03, aws: 0xea } as const;
/** First byte of an AWS TLV that carries the id of an endpoint. */
const awsEndpointSubtype = 0x01;

/** One end of the connection that the sender of the header accepted. */
export interface Peer {
  readonly address: IpAddress;
  readonly port: number;
}

export interface ProxyHeader {
  readonly is: 'header';
  readonly version: 1 | 2;
  /** `LOCAL`: the sender speaks for itself (a health check); nothing else in the header counts. */
  readonly command: 'LOCAL' | 'PROXY';
  /** Absent for LOCAL and for families other than IPv4 and IPv6. */
  readonly source?: Peer;
  readonly destination?: Peer;
  /** The endpoint that the connection came through, from the AWS TLV. */
  readonly endpoint?: EndpointId;
  /** A checksum was there and right. A wrong one is a fault. */
  readonly checked: boolean;
  /** Bytes of the stream up to the end of the header. */
  readonly endsAt: number;
}

export type HeaderCause =
  | 'version-1'
  | 'version'
  | 'command'
  | 'family'
  | 'lengths'
  | 'too-long'
  | 'too-many-tlvs'
  | 'repeated-tlv'
  | 'checksum'
  | 'endpoint-id'
  | 'too-many-headers'
  | 'version-1-line';

export type HeaderFault = Fault<HeaderCause>;
export type HeaderAnswer = ProxyHeader | NeedMore | HeaderFault | { readonly is: 'no-header'; readonly why: string };

const fault = (cause: HeaderCause, why: string): HeaderFault => ({
  is: 'bad',
  cause,
  code: cause === 'too-long' ? 'LG_TOO_BIG' : 'LG_NO_IDENTITY',
  why,
});

export interface HeaderOptions {
  /** Version 1 carries no endpoint id, so it is refused by name unless this says otherwise. Default `refuse`. */
  readonly version1?: 'refuse' | 'accept';
}

const v1Start = Uint8Array.of(0x50, 0x52, 0x4f, 0x58, 0x59, 0x20); // "PROXY "
const fixedBytes = 16;

/** Reads one PROXY protocol header at the start of a stream. Never throws; reads at most {@link headerCapBytes}. */
export function parseProxyHeader(prefix: Uint8Array, options: HeaderOptions = {}): HeaderAnswer {
  if (prefix.length === 0) return needMore(fixedBytes);
  if (agrees(prefix, 0, v1Start)) {
    if (prefix.length < v1Start.length) return needMore(v1Start.length);
    if (options.version1 !== 'accept')
      return fault('version-1', 'the PROXY header is of version 1, which carries no endpoint id');
    return parseVersion1(prefix);
  }
  if (!agrees(prefix, 0, signature))
    return { is: 'no-header', why: 'the stream does not begin with a PROXY protocol header' };
  if (prefix.length < fixedBytes) return needMore(fixedBytes);

  const version = byteAt(prefix, 12) >> 4;
  const command = byteAt(prefix, 12) & 15;
  if (version !== 2) return fault('version', `the PROXY header has version ${version}`);
  if (command > 1) return fault('command', `the PROXY header has command ${command}`);
  const endsAt = fixedBytes + numberAt(prefix, 14, 2);
  if (endsAt > headerCapBytes)
    return fault('too-long', `the PROXY header claims ${endsAt} bytes; the router reads ${headerCapBytes}`);
  if (prefix.length < endsAt) return needMore(endsAt);
  // The specification: for LOCAL the receiver discards the rest of the header.
  if (command === 0) return { is: 'header', version: 2, command: 'LOCAL', checked: false, endsAt };
  return parseProxied(prefix.subarray(0, endsAt));
}

function parseProxied(header: Uint8Array): ProxyHeader | HeaderFault {
  const endsAt = header.length;
  const read = new Cursor(header.subarray(fixedBytes));
  const family = byteAt(header, 13) >> 4;
  const transport = byteAt(header, 13) & 15;
  if (family > 3 || transport > 2) return fault('family', `the PROXY header has address family ${family}/${transport}`);
  const bare = { is: 'header', version: 2, command: 'PROXY', endsAt } as const;
  // Neither unspecified nor UNIX addresses come from a load balancer; what follows them is not believed.
  if (family === 0 || family === 3) return { ...bare, checked: false };

  const size = family === 1 ? 4 : 16;
  const text = family === 1 ? ipv4FromBytes : ipv6FromBytes;
  const from = read.take(size);
  const to = read.take(size);
  const ports = { from: read.u16(), to: read.u16() };
  if (read.isShort) return fault('lengths', 'the PROXY header is shorter than its addresses');
  const tlvs = parseTlvs(read.take(read.left));
  if ('is' in tlvs) return tlvs;
  const sum = tlvs.get(tlvTypes.crc32c);
  if (sum) {
    if (sum.length !== 4) return fault('checksum', `the PROXY header’s checksum has ${sum.length} bytes`);
    const at = sum.byteOffset - header.byteOffset;
    const whole = concat(header.subarray(0, at), [0, 0, 0, 0], header.subarray(at + 4));
    if (crc32c(whole) !== numberAt(sum, 0, 4)) return fault('checksum', 'the PROXY header’s checksum is wrong');
  }
  const peers = {
    source: { address: text(from), port: ports.from },
    destination: { address: text(to), port: ports.to },
  };
  const aws = tlvs.get(tlvTypes.aws);
  if (!aws || byteAt(aws, 0) !== awsEndpointSubtype) return { ...bare, ...peers, checked: sum !== undefined };
  const id = latin1(aws.subarray(1));
  const endpoint = parseEndpointId(id);
  if (!endpoint) return fault('endpoint-id', `the PROXY header has ${quoted(id)} as endpoint id`);
  return { ...bare, ...peers, endpoint, checked: sum !== undefined };
}

/** By type; a TLV type that identity or integrity hang on may stand there once only. */
function parseTlvs(block: Uint8Array): Map<number, Uint8Array> | HeaderFault {
  const tlvs = new Map<number, Uint8Array>();
  const read = new Cursor(block);
  let count = 0;
  while (read.left > 0) {
    if (++count > tlvsMax) return fault('too-many-tlvs', `the PROXY header has more than ${tlvsMax} TLVs`);
    const type = read.u8();
    const value = read.take(read.u16());
    if (read.isShort) return fault('lengths', `the PROXY header’s TLV ${type} is longer than the header`);
    const counts = type === tlvTypes.crc32c || type === tlvTypes.aws;
    if (counts && tlvs.has(type)) return fault('repeated-tlv', `the PROXY header has TLV ${type} twice`);
    if (counts) tlvs.set(type, value);
  }
  return tlvs;
}

/** `PROXY TCP4 source destination port port\r\n`. @see section 2.1 of the specification */
function parseVersion1(prefix: Uint8Array): ProxyHeader | NeedMore | HeaderFault {
  const wrong = fault('version-1-line', 'the PROXY header of version 1 is malformed');
  const newline = prefix.subarray(0, v1CapBytes).indexOf(0x0a);
  if (newline < 0) return prefix.length < v1CapBytes ? needMore(prefix.length + 1) : wrong;
  const line = latin1(prefix.subarray(0, newline + 1));
  const bare = { is: 'header', version: 1, command: 'PROXY', checked: false, endsAt: newline + 1 } as const;
  if (/^PROXY UNKNOWN( [^\r\n]*)?\r\n$/.test(line)) return bare;
  const words = /^PROXY (TCP4|TCP6) ([0-9a-fA-F.:]+) ([0-9a-fA-F.:]+) ([0-9]{1,5}) ([0-9]{1,5})\r\n$/.exec(line);
  if (!words) return wrong;
  const [, family, from = '', to = '', fromPort, toPort] = words;
  const size = family === 'TCP4' ? 4 : 16;
  const [source, destination] = [addressBytes(from), addressBytes(to)];
  const ports = [parsePort(Number(fromPort)), parsePort(Number(toPort))];
  if (source?.length !== size || destination?.length !== size || !ports[0] || !ports[1]) return wrong;
  const text = size === 4 ? ipv4FromBytes : ipv6FromBytes;
  return {
    ...bare,
    source: { address: text(source), port: ports[0] },
    destination: { address: text(destination), port: ports[1] },
  };
}

export type HeadersAnswer =
  /** `further`: headers behind the first. They are skipped: whoever connected to the load balancer wrote them. */
  | { readonly is: 'headers'; readonly first: ProxyHeader; readonly further: number; readonly endsAt: number }
  | Exclude<HeaderAnswer, ProxyHeader>;

/**
 * Reads the header of the load balancer and skips those behind it. A load balancer removes none, so a client may have
 * sent some, and could claim any endpoint in them: only the first one is believed.
 *
 * Bytes behind the first header that could still become the signature of another are waited for. Where the client may
 * begin with any bytes (raw TCP), pass `further: 0`: what follows the first header is then the client's own.
 *
 * @param options.further Headers skipped behind the first. Default and maximum {@link furtherMax}.
 */
export function parseProxyHeaders(
  prefix: Uint8Array,
  options: HeaderOptions & { readonly further?: number } = {},
): HeadersAnswer {
  const first = parseProxyHeader(prefix, options);
  if (first.is !== 'header') return first;
  const most = Math.min(options.further ?? furtherMax, furtherMax);
  let endsAt = first.endsAt;
  for (let further = 0; ; further++) {
    const rest = prefix.subarray(endsAt);
    const next = rest.length === 0 || most === 0 ? undefined : parseProxyHeader(rest, options);
    if (!next || next.is === 'no-header') return { is: 'headers', first, further, endsAt };
    if (next.is === 'need-more') return needMore(endsAt + next.atLeast);
    if (next.is === 'bad') return next;
    if (further === most) return fault('too-many-headers', `more than ${most + 1} PROXY headers in a row`);
    endsAt += next.endsAt;
  }
}
