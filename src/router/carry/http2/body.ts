import type { Http2Stream } from 'node:http2';
import { streamWindowBytes } from './session-options.ts';

/**
 * Whether the other side has ended its body itself. Node ends a stream that was reset with NO_ERROR as one whose body is
 * whole, so the 'end' event alone would make a torn body a whole one.
 */
export class EndOfBody {
  isWhole: boolean;

  /** @param stream Nothing was read of it yet. */
  constructor(stream: Http2Stream, isWhole: boolean) {
    this.isWhole = isWhole;
    const push = stream.push.bind(stream);
    stream.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
      // A stream that was reset is closed before its end is pushed.
      if (chunk === null && !stream.closed) this.isWhole = true;
      return push(chunk, encoding);
    };
  }
}

/** Passes what one stream reads to another, as fast as that one reads. */
export class BodyPump {
  readonly #from: Http2Stream;
  readonly #to: Http2Stream;
  readonly #onChunk: (chunk: Buffer) => void;
  readonly #buffers: (bytes: number) => void;
  #waiting = 0;

  constructor(
    { from, to }: { readonly from: Http2Stream; readonly to: Http2Stream },
    /** Told of each piece; it is good during the call only. */
    onChunk: (chunk: Buffer) => void,
    /** Told how many bytes more wait for a reader. */
    buffers: (bytes: number) => void,
  ) {
    this.#from = from;
    this.#to = to;
    this.#onChunk = onChunk;
    this.#buffers = buffers;
    to.on('drain', this.#onDrain);
    from.on('data', this.#onData);
  }

  stop(): void {
    this.#from.off('data', this.#onData);
    this.#to.off('drain', this.#onDrain);
    this.#count(0);
  }

  #onData = (chunk: Buffer): void => {
    this.#onChunk(chunk);
    if (this.#to.destroyed || this.#to.writableEnded || this.#to.write(chunk)) return;
    this.#from.pause();
    this.#count(this.#to.writableLength + streamWindowBytes);
  };

  #onDrain = (): void => {
    this.#count(0);
    this.#from.resume();
  };

  #count(waiting: number): void {
    if (waiting !== this.#waiting) this.#buffers(waiting - this.#waiting);
    this.#waiting = waiting;
  }
}
