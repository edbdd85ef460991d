import { createServer, type Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import { createConnection } from 'mysql2';
import { openingCapBytes, type ServerConfig, serveOn, type TargetKind } from './target-server.ts';

/**
 * mysql2's server speaks; TLS, which it lacks, is put in front of it: the front passes the greeting on, takes the client's SSLRequest,
 * and the rest travels inside TLS. Any user and password will do. Every query is answered with who answers.
 */
export const mysql: TargetKind = {
  standIn: false,
  start: (config) => serveOn(createServer((client) => serveClient(client, config))),
};

/** CLIENT_SSL in the capability flags. @see https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html */
const clientSsl = 0x800;
/** 32 bytes of payload after the header: flags, packet size, character set, filler. */
const sslRequestBytes = 36;
const headerBytes = 4;
/** CLIENT_DEPRECATE_EOF: the client wants OK at the end of a result, and nothing after the columns. */
const deprecateEof = 0x0100_0000;
/** Those of a MySQL 8 server without compression (0x20), session tracking (0x0080_0000) and query attributes (0x0800_0000). */
const capabilities = 0x007f_ffdf | deprecateEof;

/** The part of mysql2's server connection that its types leave untyped. */
interface ServerConnection {
  /** Number of the next packet. mysql2's server does not start anew with each command, as the protocol has it. */
  sequenceId: number;
  serverHandshake(greeting: object): void;
  writeOk(): void;
  writeError(error: { readonly message: string; readonly code: number }): void;
  on(event: string, then: (...given: never[]) => void): void;
}

function serveClient(client: Socket, config: ServerConfig): void {
  const [front, back] = duplexPair();
  const connection = createConnection({ isServer: true, stream: back } as object) as unknown as ServerConnection;
  connection.on('error', () => client.destroy());
  let loginFlags = 0;
  connection.on('query', ((sql: string) => {
    // Query attributes, where the client uses them, stand before the text.
    if (/^[^a-z]*SET\b/i.test(sql)) return connection.writeOk();
    // MySQL's own client asks this first, and takes an answer for a newer server than it can talk to.
    if (/\$\$\s*$/.test(sql))
      return connection.writeError({ code: 1064, message: 'You have an error in your SQL syntax' });
    back.write(resultSet({ server: config.target.name, host: config.host }, loginFlags));
  }) as never);
  connection.on('stmt_prepare', () => connection.writeOk()); // what mysql2 makes of a SET
  connection.on('packet', ((_packet: unknown, known: boolean) => {
    if (!known) connection.writeError({ code: 1047, message: 'the lab’s server does not know this command' });
    connection.sequenceId = 0;
  }) as never);
  connection.serverHandshake({
    protocolVersion: 10,
    serverVersion: config.target.mysqlFamily === 'mariadb' ? '11.4.2-MariaDB' : '8.4.0',
    connectionId: 1,
    statusFlags: 2,
    characterSet: 45,
    capabilityFlags: capabilities,
  });
  front.on('error', () => client.destroy());
  client.on('close', () => back.destroy());
  front.once('data', (greeting: Buffer) => {
    client.write(greeting);
    wholePacket(client, (first) => {
      afterFirst(client, first, config, (stream, login, shift) => {
        front.once('data', (answer: Buffer) => {
          connection.sequenceId = 0;
          stream.write(renumbered(answer, shift));
          front.pipe(stream);
        });
        loginFlags = login.length >= headerBytes + 4 ? login.readUInt32LE(headerBytes) : 0;
        front.write(renumbered(login, -shift));
        stream.pipe(front);
      });
    });
  });
}

/** Gives the login: in clear at once, or after TLS. Then SSLRequest was a packet that mysql2 has not seen, and numbers differ by one. */
function afterFirst(
  client: Socket,
  first: Buffer,
  { leaf }: ServerConfig,
  then: (stream: Duplex, login: Buffer, shift: number) => void,
): void {
  const asksForTls = first.length >= sslRequestBytes && first.readUIntLE(0, 3) === sslRequestBytes - headerBytes;
  if (!asksForTls || (first.readUInt32LE(headerBytes) & clientSsl) === 0) {
    then(client, first, 0);
    return;
  }
  if (first.length > sslRequestBytes) client.unshift(first.subarray(sslRequestBytes));
  const tls = new TLSSocket(client, { isServer: true, secureContext: createSecureContext(leaf) });
  tls.on('error', () => tls.destroy());
  wholePacket(tls, (login) => then(tls, login, 1));
}

/** Gives the first packet and what came with it, and pauses: nothing may be lost before TLS, or a pipe, takes over. */
function wholePacket(stream: Duplex, then: (bytes: Buffer) => void): void {
  let held = Buffer.alloc(0);
  const take = (chunk: Buffer): void => {
    held = Buffer.concat([held, chunk]);
    const length = held.length < headerBytes ? 0 : headerBytes + held.readUIntLE(0, 3);
    if (length > openingCapBytes) return void stream.destroy();
    if (held.length < headerBytes || held.length < length) return;
    stream.off('data', take);
    stream.pause();
    then(held);
  };
  stream.on('data', take);
}

function renumbered(packet: Buffer, shift: number): Buffer {
  const copy = Buffer.from(packet);
  copy.writeUInt8(((copy[3] ?? 0) + shift) & 0xff, 3);
  return copy;
}

/**
 * One row as the client's login asks for it. mysql2's own writer knows the old form only, and a router in front may have offered the new one.
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset.html
 */
function resultSet(row: Readonly<Record<string, string>>, loginFlags: number): Buffer {
  const newForm = (loginFlags & deprecateEof) !== 0;
  const eof = Buffer.of(0xfe, 0, 0, 2, 0);
  const columns = Object.keys(row);
  const packets = [
    Buffer.of(columns.length),
    ...columns.map(columnDefinition),
    ...(newForm ? [] : [eof]),
    Buffer.concat(Object.values(row).map(lengthCoded)),
    newForm ? Buffer.of(0xfe, 0, 0, 2, 0, 0, 0) : eof,
  ];
  return Buffer.concat(packets.flatMap((payload, i) => [packetHeader(payload.length, i + 1), payload]));
}

function columnDefinition(name: string): Buffer {
  const fixed = Buffer.alloc(13);
  fixed.writeUInt8(0x0c, 0); // length of what follows
  fixed.writeUInt16LE(45, 1); // utf8mb4
  fixed.writeUInt32LE(1024, 3);
  fixed.writeUInt8(253, 7); // VAR_STRING
  return Buffer.concat([...['def', '', '', '', name, name].map(lengthCoded), fixed]);
}

/** Texts of the lab are names: host names at most, 253 bytes, which is beyond the one-byte form by two. */
function lengthCoded(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([
    bytes.length < 251 ? Buffer.of(bytes.length) : Buffer.of(0xfc, bytes.length & 0xff, bytes.length >> 8),
    bytes,
  ]);
}

function packetHeader(length: number, sequence: number): Buffer {
  const head = Buffer.alloc(headerBytes);
  head.writeUIntLE(length, 0, 3);
  head.writeUInt8(sequence, 3);
  return head;
}
