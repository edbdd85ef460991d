import { type Fault, type NeedMore, needMore } from '../answer.ts';
import { byteAt, concat, littleAt, littleEndian } from '../bytes.ts';

/** Longest packet that is read before TLS. A greeting has about 100 bytes, a login at most a few hundred with its attributes. */
export const packetCapBytes = 8_192;

/** One packet: three bytes of length (little endian), the sequence number, the payload. */
export interface Packet {
  readonly is: 'packet';
  readonly sequence: number;
  readonly payload: Uint8Array;
  /** Bytes up to the end of the packet, from the start of what was given. */
  readonly endsAt: number;
}

/** Reads the packet at the start. @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html */
export function parsePacket(prefix: Uint8Array): Packet | NeedMore | Fault<'packet-length'> {
  if (prefix.length < 4) return needMore(4);
  const length = littleAt(prefix, 0, 3);
  if (length === 0 || length + 4 > packetCapBytes)
    return {
      is: 'bad',
      cause: 'packet-length',
      code: 'LG_PROTOCOL',
      why: `a MySQL packet claims ${length} bytes; 1 to ${packetCapBytes - 4} are read here`,
    };
  if (prefix.length < 4 + length) return needMore(4 + length);
  return { is: 'packet', sequence: byteAt(prefix, 3), payload: prefix.subarray(4, 4 + length), endsAt: 4 + length };
}

export const encodePacket = (sequence: number, payload: Uint8Array): Uint8Array =>
  concat(littleEndian(payload.length, 3), [sequence & 255], payload);
