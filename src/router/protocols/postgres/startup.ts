import { type Fault, type NeedMore, needMore } from '../answer.ts';
import { byteAt, Cursor, latin1, numberAt } from '../bytes.ts';

/** MAX_STARTUP_PACKET_LENGTH. @see postgres/postgres `src/include/libpq/pqcomm.h` */
const startupCapBytes = 10_000;
/** Cancel keys have 4 bytes in protocol 3.0 and up to 256 in 3.2. @see postgres/postgres `doc/src/sgml/protocol.sgml` */
const cancelKeyMax = 256;

const sslRequestCode = 80_877_103;
const gssEncRequestCode = 80_877_104;
const cancelRequestCode = 80_877_102;

/** `SSLRequest`: 1234.5679. */
export const sslRequest: Uint8Array = Uint8Array.of(0x00, 0x00, 0x00, 0x08, 0x04, 0xd2, 0x16, 0x2f);
/** `GSSENCRequest`: 1234.5680. */
export const gssEncRequest: Uint8Array = Uint8Array.of(0x00, 0x00, 0x00, 0x08, 0x04, 0xd2, 0x16, 0x30);

/** The first packet of a client. `endsAt` counts from the start of what was given. */
export type FirstPacket =
  | { readonly is: 'ssl-request'; readonly endsAt: number }
  | { readonly is: 'gss-request'; readonly endsAt: number }
  | { readonly is: 'cancel-request'; readonly processId: number; readonly endsAt: number }
  | {
      readonly is: 'startup';
      readonly minor: number;
      /** `user`, `database`, …; bytes as characters. */
      readonly parameters: ReadonlyMap<string, string>;
      readonly endsAt: number;
    }
  /** TLS without a request before it: `sslnegotiation=direct`. The ClientHello begins at byte 0. */
  | { readonly is: 'direct-tls' };

export type PostgresCause = 'length' | 'version' | 'parameters' | 'data-before-answer' | 'request-after-request';
export type PostgresFault = Fault<PostgresCause>;

const fault = (cause: PostgresCause, why: string): PostgresFault => ({ is: 'bad', cause, code: 'LG_PROTOCOL', why });

/**
 * Reads the packet that a PostgreSQL client begins with. Never throws; reads at most {@link startupCapBytes}.
 * A first byte other than 0 (length) or 0x16 (TLS) is not PostgreSQL.
 */
export function parseFirstPacket(
  prefix: Uint8Array,
): FirstPacket | NeedMore | PostgresFault | { readonly is: 'not-postgres'; readonly why: string } {
  if (prefix.length === 0) return needMore(8);
  if (byteAt(prefix, 0) === 0x16) return { is: 'direct-tls' };
  if (byteAt(prefix, 0) !== 0)
    return { is: 'not-postgres', why: 'the first byte begins neither a PostgreSQL startup packet nor TLS' };
  if (prefix.length < 4) return needMore(8);
  const length = numberAt(prefix, 0, 4);
  if (length < 8 || length > startupCapBytes)
    return fault('length', `the startup packet claims ${length} bytes; 8 to ${startupCapBytes} are allowed`);
  if (prefix.length < 8) return needMore(8);
  const code = numberAt(prefix, 4, 4);
  if (code === sslRequestCode || code === gssEncRequestCode) {
    if (length !== 8) return fault('length', `a request for encryption claims ${length} bytes, not 8`);
    return { is: code === sslRequestCode ? 'ssl-request' : 'gss-request', endsAt: 8 };
  }
  if (code === cancelRequestCode) {
    if (length < 16 || length > 12 + cancelKeyMax)
      return fault('length', `a cancel request claims ${length} bytes; 16 to ${12 + cancelKeyMax} are allowed`);
    if (prefix.length < length) return needMore(length);
    return { is: 'cancel-request', processId: numberAt(prefix, 8, 4), endsAt: length };
  }
  const [major, minor] = [Math.floor(code / 65_536), code % 65_536];
  if (major !== 3) return fault('version', `the client speaks PostgreSQL protocol ${major}.${minor}, not 3`);
  if (prefix.length < length) return needMore(length);
  const parameters = parseParameters(prefix.subarray(8, length));
  return parameters
    ? { is: 'startup', minor, parameters, endsAt: length }
    : fault('parameters', 'the startup packet’s parameters are malformed');
}

/** `name\0value\0…\0` */
function parseParameters(block: Uint8Array): ReadonlyMap<string, string> | undefined {
  const parameters = new Map<string, string>();
  const read = new Cursor(block);
  const text = (): string => {
    const rest = block.subarray(block.length - read.left);
    const end = rest.indexOf(0);
    const bytes = read.take(end < 0 ? rest.length + 1 : end + 1);
    return latin1(bytes.subarray(0, -1));
  };
  for (;;) {
    const name = text();
    if (read.isShort) return undefined;
    if (name === '') return read.left === 0 ? parameters : undefined;
    const value = text();
    if (read.isShort) return undefined;
    parameters.set(name, value);
  }
}
