/**
 * What stands behind the routers: reads a hello, then does what its last byte says. It speaks no TLS, and neither does
 * the load: routers that pass TLS through cannot tell, and the cost of cryptography would only blur their own.
 *
 * node bench/router/backend.ts PORT
 */
import { createServer, type Socket } from 'node:net';

/** Orders, sent behind the hello: an eight-byte number of bytes to send, 0 to echo. */
const orderBytes = 8;
const chunk = Buffer.alloc(256 * 1024, 7);
const [port = 0] = process.argv.slice(2).map(Number);

function send(socket: Socket, bytes: number): void {
  let left = bytes;
  const push = (): void => {
    while (left > 0) {
      const part = left >= chunk.length ? chunk : chunk.subarray(0, left);
      left -= part.length;
      if (!socket.write(part)) return void socket.once('drain', push);
    }
    socket.end();
  };
  push();
}

createServer({ noDelay: true }, (socket) => {
  let got: Buffer = Buffer.alloc(0);
  const onData = (bytes: Buffer): void => {
    got = got.length === 0 ? bytes : Buffer.concat([got, bytes]);
    if (got.length < 16) return;
    // Straight from the load, without a router between, the PROXY header is still there.
    const header = got[0] === 0x0d ? 16 + got.readUInt16BE(14) : 0;
    if (got.length < header + 5) return;
    const hello = header + 5 + got.readUInt16BE(header + 3);
    if (got.length < hello + orderBytes) return;
    socket.off('data', onData);
    const order = Number(got.readBigUInt64BE(hello));
    if (order > 0) send(socket, order);
    else {
      socket.write(got.subarray(hello + orderBytes));
      socket.on('data', (echo) => socket.write(echo));
    }
  };
  socket.on('data', onData);
  socket.on('error', () => {});
}).listen({ port, host: '127.0.0.1', backlog: 4096 }, () => process.stderr.write('ready\n'));
