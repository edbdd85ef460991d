import { createServer, type TLSSocket } from 'node:tls';
import { openingCapBytes, type ServerConfig, serveOn, type TargetKind } from './target-server.ts';

/** The opening of MongoDB over TLS: any command in OP_MSG is answered as `hello`; `setName` is the target. No database follows. */
export const mongodb: TargetKind = {
  standIn: true,
  start: (config) => serveOn(createServer(config.leaf, (socket) => converse(socket, config))),
};

const opMsg = 2013;
export const mongoHeaderBytes = 16;

function converse(socket: TLSSocket, { target, host, port }: ServerConfig): void {
  let held = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    held = Buffer.concat([held, chunk]);
    if (held.length < mongoHeaderBytes) return;
    const size = held.readUInt32LE(0);
    if (size < mongoHeaderBytes || size > openingCapBytes || held.readUInt32LE(12) !== opMsg)
      return void socket.destroy();
    if (held.length < size) return;
    const id = held.readUInt32LE(4);
    held = held.subarray(size);
    const hello = {
      setName: target.name,
      me: `${host}:${port}`,
      isWritablePrimary: true,
      maxWireVersion: 21,
      minWireVersion: 0,
      ok: 1,
    };
    socket.write(mongoMessage(hello, id));
  });
}

/** An OP_MSG with one document of strings, booleans and 32-bit integers. */
export function mongoMessage(document: Readonly<Record<string, string | boolean | number>>, responseTo = 0): Buffer {
  const elements = Object.entries(document).map(([key, value]) => {
    const name = Buffer.from(`${key}\0`);
    if (typeof value === 'boolean') return Buffer.concat([Buffer.of(0x08), name, Buffer.of(value ? 1 : 0)]);
    if (typeof value === 'number') return Buffer.concat([Buffer.of(0x10), name, int(value)]);
    const text = Buffer.from(`${value}\0`);
    return Buffer.concat([Buffer.of(0x02), name, int(text.length), text]);
  });
  const list = Buffer.concat(elements);
  const body = Buffer.concat([int(0), Buffer.of(0), int(list.length + 5), list, Buffer.of(0)]);
  return Buffer.concat([int(mongoHeaderBytes + body.length), int(1), int(responseTo), int(opMsg), body]);
}

function int(n: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(n);
  return bytes;
}
