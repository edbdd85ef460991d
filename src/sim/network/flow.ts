import { connect, type Socket } from 'node:net';
import type { LoopbackAddress } from './loopback.ts';
import type { Timers } from './timers.ts';

export interface FlowOptions {
  /** Written in front of the client's first bytes, never alone. Absent: no PROXY header. */
  readonly header?: Buffer;
  readonly idleMs: number;
  readonly timers: Timers;
  /** Asked before bytes pass: why they do not, no longer; undefined when they do. */
  whyCut(): string | undefined;
  /** The target took the connection; `port` is our own end of it. */
  opened(port: number): void;
  /** The target did not take the connection. */
  unreachable(why: string): void;
  idle(): void;
  /** The flow ends because of what `whyCut` said. */
  cut(why: string): void;
  closed(): void;
}

/**
 * Carries one flow of a load balancer between a client's socket and a target, and returns how to reset it.
 *
 * With a header, what the target sends before the client's first payload is held back: the real load balancer drops such packets, TCP sends
 * them again, and so a server that speaks first and a client that waits for it wait for ever. A half-closed side stays half closed.
 * After the idle timeout both sides get a reset. AWS drops the flow and resets the next sender; here the client need not send to learn
 * it. TCP keepalives, which the real one counts as traffic, cannot be seen from user space: they do not keep a flow alive here.
 */
export function carryFlow(client: Socket, at: LoopbackAddress, options: FlowOptions): () => void {
  const target = connect({ host: at.host, port: at.port, allowHalfOpen: true });
  let header = options.header;
  let cancelIdle: () => void = () => undefined;
  let over = false;

  const reset = (): void => {
    if (over) return;
    over = true;
    cancelIdle();
    abort(client);
    abort(target);
    options.closed();
  };
  const finish = (): void => {
    if (over || !client.destroyed || !target.destroyed) return;
    over = true;
    cancelIdle();
    options.closed();
  };
  const touch = (): void => {
    cancelIdle();
    if (over) return;
    cancelIdle = options.timers.after(options.idleMs, () => {
      options.idle();
      reset();
    });
  };
  const isCut = (): boolean => {
    const why = options.whyCut();
    if (why === undefined) return false;
    options.cut(why);
    reset();
    return true;
  };
  const pass = (from: Socket, to: Socket): void => {
    from.on('data', (chunk) => {
      if (isCut()) return;
      touch();
      if (!to.writable) return;
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => from.resume());
    from.on('end', () => to.end());
  };

  let connected = false;
  target.once('connect', () => {
    connected = true;
    options.opened(target.localPort ?? 0);
  });
  target.once('error', (error) => {
    if (!connected) options.unreachable(error.message);
  });
  for (const socket of [client, target]) {
    socket.setNoDelay(true);
    socket.on('error', reset);
    socket.on('close', finish);
  }
  if (header) {
    target.pause();
    client.once('data', (chunk) => {
      if (isCut()) return;
      touch();
      target.write(Buffer.concat([header ?? Buffer.alloc(0), chunk]));
      header = undefined;
      pass(client, target);
      pass(target, client);
      target.resume();
    });
    client.once('end', () => {
      if (!header) return;
      pass(target, client);
      target.end(); // closed without a byte: no header either
      target.resume();
    });
  } else {
    pass(client, target);
    pass(target, client);
  }
  touch();
  client.resume();
  return reset;
}

/** A reset, as far as Node can give one: on a side that is already shutting down its own would fail and leave the socket open for ever. */
function abort(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
