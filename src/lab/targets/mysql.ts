import { createServer, type Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import { createConnection } from 'mysql2';
import { type Identity, serveOn, type TargetKind } from './target-server.ts';

/**
 * mysql2's server speaks; TLS, which it lacks, is put in front of it: the front passes the greeting on, takes the client's SSLRequest,
 * and the rest travels inside TLS. Any user and password will do. Every query is answered with who answers.
 */
export const mysql: TargetKind = {
  standIn: false,
  start: (identity) => serveOn(createServer((client) => serveClient(client, identity))),
};

/** CLIENT_SSL in the capability flags. @see https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html */
const clientSsl = 0x800;
/** 32 bytes of payload after the header: flags, packet size, character set, filler. */
const sslRequestBytes = 36;
const headerBytes = 4;
/** All capabilities of a MySQL 8 server without compression (0x20), session tracking and query attributes, which mysql2's server lacks. */
const capabilities = 0x00ff_ffdf & ~0x0080_0000;

/** The part of mysql2's server connection that its types leave untyped. */
interface ServerConnection {
  /** Number of the next packet. mysql2's server does not start anew with each command, as the protocol has it. */
  sequenceId: number;
  serverHandshake(greeting: object): void;
  writeOk(): void;
  writeError(error: { readonly message: string; readonly code: number }): void;
  writeTextResult(rows: readonly object[], columns: readonly object[]): void;
  on(event: string, then: (...given: never[]) => void): void;
}

function serveClient(client: Socket, identity: Identity): void {
  const [front, back] = duplexPair();
  const connection = createConnection({ isServer: true, stream: back } as object) as unknown as ServerConnection;
  connection.on('error', () => client.destroy());
  connection.on('query', () => {
    const row = { server: identity.target.name, host: identity.host };
    connection.writeTextResult([row], Object.keys(row).map(textColumn));
  });
  connection.on('stmt_prepare', () => connection.writeOk()); // what mysql2 makes of a SET
  connection.on('packet', ((_packet: unknown, known: boolean) => {
    if (!known) connection.writeError({ code: 1047, message: 'the lab’s server does not know this command' });
    connection.sequenceId = 0;
  }) as never);
  connection.serverHandshake({
    protocolVersion: 10,
    serverVersion: identity.target.mysqlFamily === 'mariadb' ? '11.4.2-MariaDB' : '8.4.0',
    connectionId: 1,
    statusFlags: 2,
    characterSet: 45,
    capabilityFlags: capabilities,
  });
  front.on('error', () => client.destroy());
  client.on('close', () => back.destroy());
  front.once('data', (greeting: Buffer) => {
    client.write(greeting);
    client.once('data', (first) => {
      client.pause(); // nothing may be lost before TLS, or the pipe, takes over
      afterFirst(client, first, identity, (stream, login, shift) => {
        front.once('data', (answer: Buffer) => {
          connection.sequenceId = 0;
          stream.write(renumbered(answer, shift));
          front.pipe(stream);
        });
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
  { leaf }: Identity,
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
  tls.once('data', (login: Buffer) => {
    tls.pause();
    then(tls, login, 1);
  });
}

function renumbered(packet: Buffer, shift: number): Buffer {
  const copy = Buffer.from(packet);
  copy.writeUInt8(((copy[3] ?? 0) + shift) & 0xff, 3);
  return copy;
}

const textColumn = (name: string): object => ({
  catalog: 'def',
  schema: '',
  table: '',
  orgTable: '',
  name,
  orgName: name,
  characterSet: 45,
  columnLength: 1024,
  columnType: 253,
  flags: 0,
  decimals: 0,
});
