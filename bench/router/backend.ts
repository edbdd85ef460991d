/**
 * What stands behind the routers. For bulk, echoes and idle connections it reads a hello and an order, and speaks no
 * TLS: routers that pass TLS through cannot tell, and cryptography would only slow the load. Behind any other hello it
 * is a real TLS server that says a line and closes: a new connection is as many packets as TLS makes of it.
 *
 * node bench/router/backend.ts PORT
 */
import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { certificateFor } from '../../test/support/certificate.ts';

/** Orders, sent behind the hello: an eight-byte number of bytes to send, 0 to echo. */
const orderBytes = 8;
const chunk = Buffer.alloc(256 * 1024, 7);
const { cert, key } = await certificateFor('bench.test');
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
    if (got.length < header + 43) return;
    // The load's own hello has a random of sevens; a real one does not.
    if (got.subarray(header + 11, header + 43).some((byte) => byte !== 7)) {
      socket.off('data', onData);
      socket.pause();
      socket.unshift(got.subarray(header));
      const tls = new TLSSocket(socket, { isServer: true, cert, key });
      tls.on('error', () => {});
      tls.once('secure', () => tls.end('hello\n'));
      return;
    }
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
