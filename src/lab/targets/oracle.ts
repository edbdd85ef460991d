import { createServer, type Socket } from 'node:net';
import { openingCapBytes, type ServerConfig, serveOn, type TargetKind } from './target-server.ts';

/**
 * The opening of an Oracle listener (TNS): CONNECT is answered with ACCEPT for the service of the target's name, with REFUSE and ORA-12514
 * for another; `COMMAND=ping` (what tnsping sends) with the listener's alias, which is the target. No session follows.
 */
export const oracle: TargetKind = {
  standIn: true,
  start: (config) => serveOn(createServer((socket) => listen(socket, config))),
};

const tnsHeaderBytes = 8;
export const tnsType = { connect: 1, accept: 2, refuse: 4 } as const;

function listen(socket: Socket, { target }: ServerConfig): void {
  let held = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    held = Buffer.concat([held, chunk]);
    const packet = tnsPacket(held);
    if (packet === 'more' && held.length <= openingCapBytes) return;
    if (packet === 'more' || packet.type !== tnsType.connect) return void socket.destroy();
    const text = connectData(packet.body);
    if (/\(COMMAND=ping\)/i.test(text)) socket.end(refuse(`(ERR=0)(ALIAS=${target.name})`));
    else if (/\((?:SERVICE_NAME|SID)=([^)]*)\)/i.exec(text)?.[1] === target.name) socket.write(accept());
    else socket.end(refuse('(ERR=12514)(ERROR_STACK=(ERROR=(CODE=12514)(EMFI=4)))'));
    held = Buffer.alloc(0);
  });
}

/** One packet from the start of the bytes. */
export function tnsPacket(bytes: Buffer): { readonly type: number; readonly body: Buffer } | 'more' {
  if (bytes.length < tnsHeaderBytes) return 'more';
  const length = bytes.readUInt16BE(0);
  if (length < tnsHeaderBytes || bytes.length < length) return 'more';
  return { type: bytes.readUInt8(4), body: bytes.subarray(tnsHeaderBytes, length) };
}

/** A complete packet with this body. */
export function tns(type: number, body: Buffer): Buffer {
  const head = Buffer.alloc(tnsHeaderBytes);
  head.writeUInt16BE(tnsHeaderBytes + body.length, 0);
  head.writeUInt8(type, 4);
  return Buffer.concat([head, body]);
}

/** The text that a CONNECT carries: its length and its place, from the packet's start, are in the body. */
function connectData(body: Buffer): string {
  if (body.length < 20) return '';
  const at = body.readUInt16BE(18) - tnsHeaderBytes;
  return at < 0 ? '' : body.toString('latin1', at, at + body.readUInt16BE(16));
}

function accept(): Buffer {
  const body = Buffer.alloc(24);
  body.writeUInt16BE(318, 0); // version
  body.writeUInt16BE(8192, 4); // session data unit
  body.writeUInt16BE(32_767, 6); // transport data unit
  body.writeUInt16BE(1, 8); // byte order
  return tns(tnsType.accept, body);
}

function refuse(detail: string): Buffer {
  const text = Buffer.from(`(DESCRIPTION=(TMP=)(VSNNUM=318767104)${detail})`, 'latin1');
  const head = Buffer.alloc(4);
  head.writeUInt8(4, 1); // refused by the listener
  head.writeUInt16BE(text.length, 2);
  return tns(tnsType.refuse, Buffer.concat([head, text]));
}
