import { connect } from 'node:tls';
import {
  encryptionOn,
  prelogin,
  preloginOption,
  preloginValue,
  TdsTlsTransport,
  tds,
  tdsPacket,
  tdsType,
} from '../targets/tds.ts';
import { type Client, read, targetInCertificate } from './client.ts';

/** PRELOGIN, TLS inside it with the certificate verified, LOGIN7: the answer to the login contains the server's name. */
export const sqlserver: Client = async (attempt) => {
  const raw = attempt.socket();
  raw.connect(attempt.port, attempt.host);
  const options = [
    [preloginOption.version, Buffer.from([9, 0, 0, 0, 0, 0])],
    [preloginOption.encryption, Buffer.of(encryptionOn)],
    [preloginOption.instance, Buffer.of(0)],
  ] as const;
  raw.write(tds(tdsType.prelogin, prelogin(options)));
  const reply = await read(raw, wholePacket);
  if (reply.type !== tdsType.reply || preloginValue(reply.payload, preloginOption.encryption)?.[0] !== encryptionOn)
    throw new Error('the server does not offer encryption');
  raw.removeAllListeners('data');
  const transport = new TdsTlsTransport(raw);
  const socket = connect({ socket: transport, servername: attempt.host, ca: attempt.ca, maxVersion: 'TLSv1.2' });
  await new Promise<void>((done, failed) => {
    socket.once('secureConnect', done);
    socket.once('error', failed);
    socket.once('close', () => failed(new Error('closed during the TLS handshake')));
  });
  socket.on('error', () => socket.destroy());
  transport.goBare();
  socket.write(tds(tdsType.login, login7()));
  const server = await read(socket, (bytes) => {
    const packet = tdsPacket(bytes);
    return packet === 'more' ? undefined : serverInError(packet.payload);
  });
  const certificate = targetInCertificate(socket.getPeerCertificate());
  raw.destroy();
  return { is: 'answer', server, ...certificate };
};

function wholePacket(bytes: Buffer): { readonly type: number; readonly payload: Buffer } | undefined {
  const packet = tdsPacket(bytes);
  return packet === 'more' ? undefined : packet;
}

/** The shortest valid LOGIN7: every text is empty. @see MS-TDS 2.2.6.4 */
function login7(): Buffer {
  const bytes = Buffer.alloc(94);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes.writeUInt32LE(0x7400_0004, 4); // TDS 7.4
  bytes.writeUInt32LE(4096, 8); // packet size
  return bytes;
}

/** ServerName of an ERROR token. */
function serverInError(tokens: Buffer): string {
  if (tokens[0] !== 0xaa) throw new Error('the server did not answer the login');
  const at = 3 + 6; // token, length, number, state, class
  const nameAt = at + 2 + tokens.readUInt16LE(at) * 2;
  return tokens.toString('utf16le', nameAt + 1, nameAt + 1 + (tokens[nameAt] ?? 0) * 2);
}
