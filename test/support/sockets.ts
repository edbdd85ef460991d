import { connect, createServer, type Socket } from 'node:net';

/** Both ends of one real connection over loopback. */
export interface SocketPair {
  /** As a router has it: paused, half-open allowed. */
  readonly near: Socket;
  /** The other end, which a client or a server holds. */
  readonly far: Socket;
}

/** A new connection. Errors of both ends are handled; both are destroyed by {@link SocketPairs.close}. */
async function socketPair(): Promise<SocketPair> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const port = bound && typeof bound === 'object' ? bound.port : 0;
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  far.on('error', () => {});
  const near = await accepted;
  near.on('error', () => {});
  server.close();
  return { near, far };
}

/** Pairs that are destroyed together, whatever became of the test. */
export class SocketPairs {
  readonly #made: SocketPair[] = [];

  async make(): Promise<SocketPair> {
    const pair = await socketPair();
    this.#made.push(pair);
    return pair;
  }

  close(): void {
    for (const { near, far } of this.#made.splice(0)) {
      near.destroy();
      far.destroy();
    }
  }
}

/** Reads on until the text so far ends with `end`, or the other side is done. */
export function readUntil(socket: Socket, end: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const done = (): void => {
      socket.off('data', onData).off('end', done).off('close', done);
      socket.pause();
      resolve(text);
    };
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (text.endsWith(end)) done();
    };
    socket.on('data', onData).once('end', done).once('close', done);
    if (socket.destroyed || socket.readableEnded) done();
    else socket.resume();
  });
}

/** Everything until the other side ends, or `reset` where it broke. */
export function readToEnd(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(`${text}[${error.code}]`));
    socket.once('end', () => resolve(text));
    socket.once('close', () => resolve(text));
    if (socket.destroyed || socket.readableEnded) resolve(text);
    else socket.resume();
  });
}

/** Resolves once the socket is closed. */
export const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
