import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { certificateOf } from './backends.ts';

/** What a MariaDB 10.11 with TLS greeted with. */
export const realGreeting = Buffer.from(
  '640000000a352e352e352d31302e31312e31392d4d6172696144422d302b6465623132753100040000006e56432d533f7e7d00feff080200ff81' +
    '150000000000001d0000007967763f75506d5645392d73006d7973716c5f6e61746976655f70617373776f726400',
  'hex',
);
export interface MysqlBackend {
  readonly port: number;
  /** Connections it has greeted. */
  greeted(): number;
  close(): Promise<void>;
}

/** Greets, takes TLS behind an SSLRequest, and says its name; of a login without TLS it says the plugin asked for. */
export async function mysqlBackend(name: string, greeting: Buffer = realGreeting): Promise<MysqlBackend> {
  const { cert, key } = await certificateOf(name);
  let greeted = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    greeted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.write(greeting);
    let bytes = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length < 36) return;
      socket.off('data', onData);
      if ((bytes.readUInt32LE(4) & 0x800) === 0) {
        socket.end(`${name} asks ${/lakegate_ask_again/.test(bytes.toString('latin1')) ? 'again' : 'nothing'}\n`);
        return;
      }
      socket.pause();
      socket.unshift(bytes.subarray(36));
      const tls = new TLSSocket(socket, { isServer: true, cert, key });
      tls.on('error', () => {});
      tls.end(`I am ${name}\n`);
    };
    socket.on('data', onData);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: address && typeof address === 'object' ? address.port : 0,
    greeted: () => greeted,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
