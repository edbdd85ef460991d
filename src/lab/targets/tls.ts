import { createServer as createTcpServer, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { type Identity, serveOn, type TargetKind } from './target-server.ts';

/** TLS with whatever inside. Answers the first bytes with one line, or with a page when they are an HTTP request. */
export const tls: TargetKind = {
  standIn: false,
  start: (identity) => serveOn(createServer(identity.leaf, (socket) => answerFirstBytes(socket, identity))),
};

/** Plain TCP. Greets where the target's server speaks first, otherwise answers the first bytes. */
export const tcp: TargetKind = {
  standIn: false,
  start: (identity) =>
    serveOn(
      createTcpServer((socket) => {
        if (identity.target.first === 'server') socket.write(line(identity));
        answerFirstBytes(socket, identity);
      }),
    ),
};

const line = ({ target, host }: Identity): string => `server=${target.name} host=${host}\r\n`;

function answerFirstBytes(socket: Socket, identity: Identity): void {
  socket.on('error', () => socket.destroy());
  socket.once('data', (first) => {
    socket.resume();
    if (!/^[A-Z]{3,7} \//.test(first.toString('latin1', 0, 16))) {
      socket.write(line(identity));
      return;
    }
    const body = `${JSON.stringify({ server: identity.target.name, host: identity.host })}\n`;
    const head = [
      'HTTP/1.1 200 OK',
      'content-type: application/json',
      `content-length: ${body.length}`,
      'connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
}
