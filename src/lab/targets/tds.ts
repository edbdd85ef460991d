import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Packets of the Tabular Data Stream, as far as an opening goes. @see MS-TDS 2.2.3, 2.2.6.5 */
export const tdsType = { reply: 0x04, login: 0x10, prelogin: 0x12 } as const;
const tdsHeaderBytes = 8;
const lastOfMessage = 0x01;
/** Payload of one packet before a size is agreed: 4096 with the header. */
const payloadCapBytes = 4096 - tdsHeaderBytes;

/** A message of one packet. */
export function tds(type: number, payload: Buffer, last = true): Buffer {
  const head = Buffer.alloc(tdsHeaderBytes);
  head.writeUInt8(type, 0);
  head.writeUInt8(last ? lastOfMessage : 0, 1);
  head.writeUInt16BE(tdsHeaderBytes + payload.length, 2);
  head.writeUInt8(1, 6);
  return Buffer.concat([head, payload]);
}

/** One packet from the start of the bytes. */
export function tdsPacket(
  bytes: Buffer,
): { readonly type: number; readonly payload: Buffer; readonly bytes: number } | 'more' {
  if (bytes.length < tdsHeaderBytes) return 'more';
  const length = bytes.readUInt16BE(2);
  if (length < tdsHeaderBytes || bytes.length < length) return 'more';
  return { type: bytes.readUInt8(0), payload: bytes.subarray(tdsHeaderBytes, length), bytes: length };
}

export const preloginOption = { version: 0, encryption: 1, instance: 2 } as const;
export const encryptionOn = 1;

/** The payload of a PRELOGIN: tokens with offset and length, then the values. */
export function prelogin(options: readonly (readonly [token: number, value: Buffer])[]): Buffer {
  const table = Buffer.alloc(options.length * 5 + 1);
  let offset = table.length;
  for (const [i, [token, value]] of options.entries()) {
    table.writeUInt8(token, i * 5);
    table.writeUInt16BE(offset, i * 5 + 1);
    table.writeUInt16BE(value.length, i * 5 + 3);
    offset += value.length;
  }
  table.writeUInt8(0xff, options.length * 5);
  return Buffer.concat([table, ...options.map(([, value]) => value)]);
}

/** The value of an option in a PRELOGIN payload. */
export function preloginValue(payload: Buffer, token: number): Buffer | undefined {
  for (let at = 0; at + 5 <= payload.length && payload[at] !== 0xff; at += 5) {
    if (payload[at] !== token) continue;
    const from = payload.readUInt16BE(at + 1);
    return payload.subarray(from, from + payload.readUInt16BE(at + 3));
  }
  return undefined;
}

/**
 * The stream that TLS runs over in TDS 7: during the handshake its records travel inside packets of type 0x12, afterwards bare.
 * Incoming ones are told apart by their first byte; outgoing ones are bare from the first bare one that came in, or when told so.
 */
export class TdsTlsTransport extends Duplex {
  readonly #socket: Socket;
  #held: Buffer = Buffer.alloc(0);
  #bare = false;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** The handshake is done on this side. */
  goBare(): void {
    this.#bare = true;
  }

  #take(chunk: Buffer): void {
    this.#held = Buffer.concat([this.#held, chunk]);
    while (this.#held.length > 0) {
      if (this.#held[0] !== tdsType.prelogin) {
        this.#bare = true;
        this.push(this.#held);
        this.#held = Buffer.alloc(0);
        return;
      }
      const packet = tdsPacket(this.#held);
      if (packet === 'more') return;
      this.push(packet.payload);
      this.#held = this.#held.subarray(packet.bytes);
    }
  }

  override _read(): void {
    // Pushed as it comes: a handshake is a few kilobytes, and the login that follows is the end of what the lab does.
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.#bare) {
      this.#socket.write(chunk, done);
      return;
    }
    const parts: Buffer[] = [];
    for (let at = 0; at < chunk.length; at += payloadCapBytes) {
      const end = Math.min(at + payloadCapBytes, chunk.length);
      parts.push(tds(tdsType.prelogin, chunk.subarray(at, end), end === chunk.length));
    }
    this.#socket.write(Buffer.concat(parts), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
