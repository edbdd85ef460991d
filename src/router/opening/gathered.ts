import type { Socket } from 'node:net';

export type ReadEnd = 'closed' | 'deadline' | 'broke';

const empty = Buffer.alloc(0);

/**
 * The first bytes of a connection, as they come. Nothing is consumed: the view begins at the first byte until `skip`
 * moves it behind a header that is not to be passed on. Stops reading from the socket whenever nobody asks for more, so it
 * never holds more than was asked for and one read of the socket.
 */
export class Gathered {
  readonly #socket: Socket;
  #buffer: Buffer = empty;
  #length = 0;
  #view: Uint8Array | undefined;
  #skipped = 0;
  #ended: ReadEnd | undefined;
  #wanted = 0;
  #tell: ((end: ReadEnd | undefined) => void) | undefined;

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

  /** Nothing more will come, and why. */
  get ended(): ReadEnd | undefined {
    return this.#ended;
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
      this.#wanted = length;
      this.#tell = resolve;
      if (this.#socket.isPaused()) this.#socket.resume();
    });
  }

  /** Ends the waiting: the deadline has passed. */
  expire(): void {
    this.#finish('deadline');
  }

  /** Stops reading. */
  pause(): void {
    this.#socket.pause();
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
    if (this.#tell === undefined) this.#socket.pause();
    else if (this.length >= this.#wanted) this.#answer(undefined);
  };

  #onEnd = (): void => this.#finish('closed');
  #onClose = (): void => this.#finish('broke');

  #finish(end: ReadEnd): void {
    this.#ended ??= end;
    this.#answer(end);
  }

  #answer(end: ReadEnd | undefined): void {
    const tell = this.#tell;
    this.#tell = undefined;
    tell?.(end);
  }
}
