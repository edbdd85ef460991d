import type { Server } from 'node:net';

/** Where something really listens: an address of loopback and a port. */
export interface LoopbackAddress {
  readonly host: `127.${string}`;
  readonly port: number;
}

/** Starts to listen; port 0 takes a free one. Rejects when it cannot be had. */
export function listenOn(server: Server, { host, port }: LoopbackAddress): Promise<LoopbackAddress> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') failed(new Error('a TCP server without a port'));
      else done({ host, port: address.port });
    });
  });
}
