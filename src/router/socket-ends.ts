import type { Socket } from 'node:net';
import { nothing } from './protocols/bytes.ts';

/**
 * Ends our side once all that was written is with the system. `end` alone would say so at once, and from then on until
 * the last byte is written the connection could not be reset.
 */
export function endBehindWrites(socket: Socket): void {
  if (socket.writableLength === 0) socket.end();
  else
    socket.write(nothing, (error) => {
      if (!error) socket.end();
    });
}

/** TLS inside a connection, and the connection. */
const carriedBy = new WeakMap<Socket, Socket>();

/** TLS has no reset. What stands on a connection is reset with it. */
export const standsOn = (secure: Socket, connection: Socket): void => void carriedBy.set(secure, connection);

/**
 * Closes a connection so that the other side cannot take a torn stream for a whole one. The system resets no connection
 * whose end is being sent; behind {@link endBehindWrites} nothing is left to be torn then.
 */
export function reset(socket: Socket): void {
  const under = carriedBy.get(socket);
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else if (!under) socket.resetAndDestroy();
  else {
    if (!under.destroyed) under.resetAndDestroy();
    socket.destroy();
  }
}
