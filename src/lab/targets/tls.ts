import { createServer as createTcpServer, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { type ServerConfig, serveOn, type TargetKind } from './target-server.ts';

/** TLS with whatever inside. Answers the first bytes with one line, or with a page when they are an HTTP request. */
export const tls: TargetKind = {
  standIn: false,
  start: (config) => serveOn(createServer(config.leaf, (socket) => answerFirstBytes(socket, config))),
};

/** Plain TCP. Greets where the target's server speaks first, otherwise answers the first bytes. */
export const tcp: TargetKind = {
  standIn: false,
  start: (config) =>
    serveOn(
      createTcpServer((socket) => {
        if (config.target.first === 'server') socket.write(line(config));
        answerFirstBytes(socket, config);
      }),
    ),
};

const line = ({ target, host }: ServerConfig): string => `server=${target.name} host=${host}\r\n`;

function answerFirstBytes(socket: Socket, config: ServerConfig): void {
  socket.on('error', () => socket.destroy());
  socket.once('data', (first) => {
    socket.resume();
    if (!/^[A-Z]{3,7} \//.test(first.toString('latin1', 0, 16))) {
      socket.write(line(config));
      return;
    }
    const body = `${JSON.stringify({ server: config.target.name, host: config.host })}\n`;
    const head = [
      'HTTP/1.1 200 OK',
      'content-type: application/json',
      `content-length: ${body.length}`,
      'connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
}
