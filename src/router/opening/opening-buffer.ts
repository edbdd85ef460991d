import type { Socket } from 'node:net';

/** Why no more bytes will come: the client has ended its side, took too long, or its connection is gone. */
export type ReadEnd = 'ended' | 'deadline' | 'aborted';

const empty = Buffer.alloc(0);

/**
 * The first bytes of a connection, as they come. Nothing is consumed: the view begins at the first byte until `skip`
 * moves it behind a header that is not passed on. Reads from the socket only while more is asked for, so it holds at most
 * what was asked for and one read of the socket.
 */
export class OpeningBuffer {
  readonly #socket: Socket;
  #buffer: Buffer = empty;
  #length = 0;
  #view: Uint8Array | undefined;
  #skipped = 0;
  #ended: ReadEnd | undefined;
  #waiting: { readonly length: number; readonly resolve: (end: ReadEnd | undefined) => void } | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onClose);
  }

  /** Bytes from the current start on. Not a copy, and no Buffer: parsers cut it often, and Buffers are slow to cut. */
  get view(): Uint8Array {
    if (!this.#view)
      this.#view = new Uint8Array(this.#buffer.buffer, this.#buffer.byteOffset + this.#skipped, this.length);
    return this.#view;
  }

  get length(): number {
    return this.#length - this.#skipped;
  }

  /** Bytes in front of the view. */
  get skipped(): number {
    return this.#skipped;
  }

  /** The view begins `length` bytes later from now on. */
  skip(length: number): void {
    this.#skipped += length;
    this.#view = undefined;
  }

  /** Resolves when the view holds this many bytes, or with the reason why it never will. */
  atLeast(length: number): Promise<ReadEnd | undefined> {
    if (this.length >= length) return Promise.resolve(undefined);
    if (this.#ended) return Promise.resolve(this.#ended);
    return new Promise((resolve) => {
      this.#waiting = { length, resolve };
      this.#socket.resume();
    });
  }

  /** Ends the waiting: the deadline has passed. */
  expire(): void {
    this.#finish('deadline');
  }

  /** Takes the listeners off and hands the bytes over; the socket is paused. */
  release(): Buffer {
    this.#socket.pause();
    this.#socket.off('data', this.#onData);
    this.#socket.off('end', this.#onEnd);
    this.#socket.off('close', this.#onClose);
    const bytes = this.#buffer.subarray(this.#skipped, this.#length);
    this.#view = undefined;
    this.#buffer = empty;
    this.#length = 0;
    this.#skipped = 0;
    return bytes;
  }

  #onData = (chunk: Buffer): void => {
    if (this.#length === 0) this.#buffer = chunk;
    else {
      const needed = this.#length + chunk.length;
      if (needed > this.#buffer.length) {
        // Doubling: a client that sends byte by byte costs a logarithmic number of copies.
        const grown = Buffer.allocUnsafe(Math.max(needed, 2 * this.#buffer.length));
        this.#buffer.copy(grown, 0, 0, this.#length);
        this.#buffer = grown;
      }
      chunk.copy(this.#buffer, this.#length);
    }
    this.#length += chunk.length;
    this.#view = undefined;
    if (this.#waiting === undefined) this.#socket.pause();
    else if (this.length >= this.#waiting.length) this.#answer(undefined);
  };

  #onEnd = (): void => this.#finish('ended');
  #onClose = (): void => this.#finish('aborted');

  #finish(end: ReadEnd): void {
    this.#ended ??= end;
    this.#answer(end);
  }

  #answer(end: ReadEnd | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(end);
  }
}
