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

/**
 * Closes a connection so that the other side cannot take a torn stream for a whole one. The system resets no connection
 * whose end is being sent; behind {@link endBehindWrites} nothing is left to be torn then.
 */
export function reset(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
