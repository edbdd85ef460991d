import { connect, type Socket } from 'node:net';
import type { Place } from './addresses.ts';
import type { Clock } from './clock.ts';

export interface FlowOptions {
  /** Written in front of the client's first bytes, never alone. Absent: no PROXY header. */
  readonly header?: Buffer;
  readonly idleMs: number;
  readonly clock: Clock;
  /** The member took the connection; `port` is our own end of it. */
  opened(port: number): void;
  /** The member did not take the connection. */
  unreachable(why: string): void;
  idle(): void;
  closed(): void;
}

/**
 * Carries one flow of a load balancer between a client's socket and a member, and returns how to reset it.
 *
 * With a header, what the member sends before the client's first payload is held back: the real load balancer drops such packets, TCP sends
 * them again, and so a server that speaks first and a client that waits for it wait for ever. A half-closed side stays half closed.
 * After the idle timeout both sides get a reset. The real one forgets the flow and resets whoever sends next; here nobody has to send to learn
 * it. TCP keepalives, which the real one counts as traffic, cannot be seen from user space: they do not keep a flow alive here.
 */
export function carryFlow(client: Socket, place: Place, options: FlowOptions): () => void {
  const member = connect({ host: place.host, port: place.port, allowHalfOpen: true });
  let header = options.header;
  let cancelIdle: () => void = () => undefined;
  let over = false;

  const reset = (): void => {
    if (over) return;
    over = true;
    cancelIdle();
    abort(client);
    abort(member);
    options.closed();
  };
  const finish = (): void => {
    if (over || !client.destroyed || !member.destroyed) return;
    over = true;
    cancelIdle();
    options.closed();
  };
  const touch = (): void => {
    cancelIdle();
    if (over) return;
    cancelIdle = options.clock.after(options.idleMs, () => {
      options.idle();
      reset();
    });
  };
  const pass = (from: Socket, to: Socket): void => {
    from.on('data', (chunk) => {
      touch();
      if (!to.writable) return;
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => from.resume());
    from.on('end', () => to.end());
  };

  let connected = false;
  member.once('connect', () => {
    connected = true;
    options.opened(member.localPort ?? 0);
  });
  member.once('error', (error) => {
    if (!connected) options.unreachable(error.message);
  });
  for (const socket of [client, member]) {
    socket.setNoDelay(true);
    socket.on('error', reset);
    socket.on('close', finish);
  }
  if (header) {
    member.pause();
    client.once('data', (chunk) => {
      touch();
      member.write(Buffer.concat([header ?? Buffer.alloc(0), chunk]));
      header = undefined;
      pass(client, member);
      pass(member, client);
      member.resume();
    });
    client.once('end', () => {
      if (!header) return;
      pass(member, client);
      member.end(); // closed without a byte: no header either
      member.resume();
    });
  } else {
    pass(client, member);
    pass(member, client);
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
