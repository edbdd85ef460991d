import type { TLSSocket } from 'node:tls';
import { endBehindWrites, reset } from '../../socket-ends.ts';

/** The writing side of a client inside its TLS: counts, joins and ends. */
export class SecureClient {
  readonly socket: TLSSocket;
  /** Bytes written. */
  written = 0;

  readonly #buffers: (bytes: number) => void;
  #waiting = 0;

  /** @param buffers Told how many bytes more wait for a slow client. */
  constructor(socket: TLSSocket, buffers: (bytes: number) => void) {
    this.socket = socket;
    this.#buffers = buffers;
    socket.once('close', () => this.#count(0));
  }

  /** What waited has gone out. */
  drained(): void {
    this.#count(0);
  }

  /** False when the client should read first. What is written in one turn goes out together, in fewer TLS records. */
  write(bytes: Uint8Array): boolean {
    const { socket } = this;
    this.written += bytes.length;
    if (socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(uncork, socket);
    }
    const goesOn = socket.write(bytes);
    if (!goesOn) this.#count(socket.writableLength);
    return goesOn;
  }

  #count(waiting: number): void {
    if (waiting !== this.#waiting) this.#buffers(waiting - this.#waiting);
    this.#waiting = waiting;
  }

  /**
   * Ends behind what is written; what the client still sends is read and dropped. It is left when it has not closed so long
   * after its last byte was handed to the system: until then it may be slow to read.
   */
  end(lingerMs: number): void {
    const { socket } = this;
    let last: NodeJS.Timeout | undefined;
    socket.once('finish', () => {
      if (socket.readableEnded) socket.destroy();
      else last = setTimeout(() => socket.destroy(), lingerMs);
    });
    socket.once('end', () => {
      if (socket.writableFinished) socket.destroy();
    });
    socket.once('close', () => clearTimeout(last));
    endBehindWrites(socket);
    socket.resume();
  }

  /** Closes it; where something is torn by that, with a reset. */
  cut(isTorn: boolean): void {
    if (isTorn || this.socket.writableLength > 0) reset(this.socket);
    else this.socket.destroy();
  }
}

const uncork = (socket: TLSSocket): void => socket.uncork();
