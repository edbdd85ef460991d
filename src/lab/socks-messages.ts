/** What a parser says of the bytes so far. `bytes` is the length of the message. */
export type Parsed<T> = { readonly value: T; readonly bytes: number } | 'more' | 'bad';

export interface SocksRequest {
  /** 1 is CONNECT. */
  readonly command: number;
  readonly kind: 'name' | 'ipv4' | 'ipv6';
  readonly host: string;
  readonly port: number;
}

const version = 5;

/** The methods that a client offers. @see RFC 1928 section 3 */
export function parseGreeting(bytes: Uint8Array): Parsed<readonly number[]> {
  const [first, count] = bytes;
  if (first !== undefined && first !== version) return 'bad';
  if (count === undefined || bytes.length < 2 + count) return 'more';
  return { value: [...bytes.subarray(2, 2 + count)], bytes: 2 + count };
}

/** What a client asks for. @see RFC 1928 section 4 */
export function parseRequest(bytes: Uint8Array): Parsed<SocksRequest> {
  const [first, command, reserved, type, length] = bytes;
  if (first !== undefined && first !== version) return 'bad';
  if (reserved !== undefined && reserved !== 0) return 'bad';
  if (type !== undefined && type !== 1 && type !== 3 && type !== 4) return 'bad';
  if (command === undefined || type === undefined || length === undefined) return 'more';
  const from = type === 3 ? 5 : 4;
  const to = from + (type === 3 ? length : type === 1 ? 4 : 16);
  if (to === from) return 'bad';
  if (bytes.length < to + 2) return 'more';
  const port = (bytes[to] ?? 0) * 256 + (bytes[to + 1] ?? 0);
  const host = bytes.subarray(from, to);
  const kind = type === 3 ? 'name' : type === 1 ? 'ipv4' : 'ipv6';
  return { value: { command, kind, host: hostText(kind, host), port }, bytes: to + 2 };
}

function hostText(kind: SocksRequest['kind'], bytes: Uint8Array): string {
  switch (kind) {
    case 'name':
      return String.fromCharCode(...bytes);
    case 'ipv4':
      return [...bytes].join('.');
    case 'ipv6':
      return [0, 2, 4, 6, 8, 10, 12, 14]
        .map((i) => ((bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0)).toString(16))
        .join(':');
    default:
      return kind satisfies never;
  }
}

/** The replies of RFC 1928 section 6 that we give. */
const replies = {
  succeeded: 0,
  failure: 1,
  'not-allowed': 2,
  'host-unreachable': 4,
  'connection-refused': 5,
  'command-not-supported': 7,
} as const;

export type ReplyCode = keyof typeof replies;

/** A reply. The bound address is left zero: clients of CONNECT do not use it. */
export const reply = (code: ReplyCode): Uint8Array => Uint8Array.of(version, replies[code], 0, 1, 0, 0, 0, 0, 0, 0);
