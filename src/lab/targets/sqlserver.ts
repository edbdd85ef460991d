import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { openingCapBytes, type ServerConfig, serveOn, type TargetKind } from './target-server.ts';
import { encryptionOn, prelogin, preloginOption, TdsTlsTransport, tds, tdsPacket, tdsType } from './tds.ts';

/**
 * The opening of SQL Server (TDS 7): PRELOGIN, TLS inside PRELOGIN packets, LOGIN7; every login fails as for an unknown user, and the error
 * names the server, which is the target. No session follows.
 */
export const sqlserver: TargetKind = {
  standIn: true,
  start: (config) => serveOn(createServer((socket) => greet(socket, config))),
};

/** 16.0.4135, SQL Server 2022, and the sub-build. */
const version = Buffer.from([16, 0, 0x10, 0x27, 0, 0]);

function greet(socket: Socket, config: ServerConfig): void {
  const take = onPackets((packet) => {
    if (packet.type !== tdsType.prelogin) return void socket.destroy(); // MS-TDS 3.3.5: an invalid first packet closes the connection
    socket.off('data', take);
    const options = [
      [preloginOption.version, version],
      [preloginOption.encryption, Buffer.of(encryptionOn)],
      [preloginOption.instance, Buffer.of(0)],
    ] as const;
    socket.write(tds(tdsType.reply, prelogin(options)));
    secure(socket, config);
  });
  socket.on('data', take);
}

function secure(socket: Socket, config: ServerConfig): void {
  const tls = new TLSSocket(new TdsTlsTransport(socket), {
    isServer: true,
    // TLS inside PRELOGIN packets is older than TLS 1.3, which real servers offer only in TDS 8.
    secureContext: createSecureContext({ ...config.leaf, maxVersion: 'TLSv1.2' }),
  });
  tls.on('error', () => tls.destroy());
  tls.on(
    'data',
    onPackets((packet) => {
      if (packet.type === tdsType.login) tls.end(tds(tdsType.reply, loginFailed(config.target.name)));
      else tls.destroy();
    }),
  );
}

/** Cuts a stream into packets; gives up by calling nothing when there is more than an opening may have. */
function onPackets(then: (packet: { type: number; payload: Buffer }) => void): (chunk: Buffer) => void {
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]).subarray(0, openingCapBytes);
    const packet = tdsPacket(held);
    if (packet === 'more') return;
    held = held.subarray(packet.bytes);
    then(packet);
  };
}

/** ERROR token 18456 and DONE. @see MS-TDS 2.2.7.10, 2.2.7.6 */
function loginFailed(server: string): Buffer {
  const message = 'Login failed for user: the lab plays the opening only.';
  const number = Buffer.alloc(6);
  number.writeUInt32LE(18_456, 0);
  number.writeUInt8(1, 4); // state
  number.writeUInt8(14, 5); // class
  const length = Buffer.alloc(2);
  length.writeUInt16LE(message.length);
  const name = Buffer.concat([Buffer.of(server.length), Buffer.from(server, 'utf16le')]);
  const body = Buffer.concat([number, length, Buffer.from(message, 'utf16le'), name, Buffer.of(0), Buffer.alloc(4)]);
  const head = Buffer.alloc(3);
  head.writeUInt8(0xaa, 0);
  head.writeUInt16LE(body.length, 1);
  const done = Buffer.alloc(13);
  done.writeUInt8(0xfd, 0);
  done.writeUInt16LE(0x0002, 1); // with an error
  return Buffer.concat([head, body, done]);
}
