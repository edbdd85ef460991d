import type { Socket } from 'node:net';

/** Why a relay ended: both sides said goodbye, or one broke. */
export type RelayEnd = 'done' | 'client-broke' | 'upstream-broke';

/**
 * Carries bytes both ways until both sides have ended or one breaks. A side that ends is passed on (half-close) while the
 * other goes on; a reset is passed on as a reset, so that nobody takes a torn stream for a whole one. Reads from one side
 * only as fast as the other takes: what is held is bounded by one read and the two sockets' buffers.
 *
 * Both sockets must be open, paused and without listeners of their own for `data`, `end` and `drain`, and made with
 * `allowHalfOpen`. Calls `done` once, when both sockets are closed.
 */
export function relay(client: Socket, upstream: Socket, done: (end: RelayEnd) => void): void {
  let end: RelayEnd = 'done';
  let closed = 0;
  const onClose = (): void => {
    closed += 1;
    if (closed === 2) done(end);
  };
  forward(client, upstream);
  forward(upstream, client);
  const broke = (which: RelayEnd, other: Socket): void => {
    if (end === 'done') end = which;
    other.resetAndDestroy();
  };
  client.on('error', () => broke('client-broke', upstream));
  upstream.on('error', () => broke('upstream-broke', client));
  client.on('close', () => {
    if (!upstream.destroyed && !client.readableEnded) upstream.resetAndDestroy();
    onClose();
  });
  upstream.on('close', () => {
    if (!client.destroyed && !upstream.readableEnded) client.resetAndDestroy();
    onClose();
  });
}

/** One direction. Also used where the other direction is read on its way. */
export function forward(from: Socket, to: Socket): void {
  from.on('data', (chunk: Buffer) => {
    if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  if (from.readableEnded) to.end();
  else from.resume();
}
