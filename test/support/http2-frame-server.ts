import { createServer, type TLSSocket } from 'node:tls';
import { frame, frameTypes } from './http2-frames.ts';

/** An HTTP/2 server over TLS that answers the first request of a connection, on stream 1, with these frames. */
export interface FrameServer {
  readonly port: number;
  close(): Promise<void>;
}

const settingsAck = 1;

export async function frameServer(
  identity: { readonly cert: string; readonly key: string },
  answer: readonly Buffer[],
): Promise<FrameServer> {
  const sockets = new Set<TLSSocket>();
  const server = createServer({ ...identity, ALPNProtocols: ['h2'] }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.write(frame(frameTypes.settings, 0, 0));
    let held = Buffer.alloc(0);
    let isAsked = false;
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      // Behind the 24 bytes of the preface: type and stream of each frame.
      for (let at = 24; !isAsked && held.length >= at + 9; at += 9 + held.readUIntBE(at, 3)) {
        if (held[at + 3] !== frameTypes.headers) continue;
        isAsked = true;
        socket.write(Buffer.concat([frame(frameTypes.settings, settingsAck, 0), ...answer]));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  return {
    port: bound && typeof bound === 'object' ? bound.port : 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
