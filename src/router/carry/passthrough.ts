import type { Socket } from 'node:net';
import { endBehindWrites, reset } from '../socket-ends.ts';
import type { CarriedBytes, Carrier, CarryDone, CarryEnd, Ends } from './carrier.ts';

/**
 * Carries bytes both ways until both sides have ended or one breaks. A side that ends is passed on (half-close) while the
 * other goes on; a reset is passed on as a reset, so that a cut stream is not taken for a complete one. Reads from one side
 * only as fast as the other takes: what is held is bounded by one read and the two sockets' buffers.
 */
export class Passthrough implements Carrier {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #done: CarryDone;
  #fromClient = 0;
  #toClient = 0;
  #end: CarryEnd = 'done';
  #closed = 0;

  /** Begins at once. */
  constructor({ client, upstream, first }: Ends, done: CarryDone) {
    this.#client = client;
    this.#upstream = upstream;
    this.#done = done;
    if (first.length > 0) upstream.write(first);
    client.on('data', this.#onClientData);
    client.on('drain', this.#onClientDrain);
    client.on('end', this.#onClientEnd);
    client.on('error', this.#onClientError);
    client.on('close', this.#onClientClose);
    upstream.on('data', this.#onUpstreamData);
    upstream.on('drain', this.#onUpstreamDrain);
    upstream.on('end', this.#onUpstreamEnd);
    upstream.on('error', this.#onUpstreamError);
    upstream.on('close', this.#onUpstreamClose);
    if (client.readableEnded) endBehindWrites(upstream);
    else client.resume();
    if (upstream.readableEnded) endBehindWrites(client);
    else upstream.resume();
  }

  bytes(): CarriedBytes {
    return { fromClient: this.#fromClient, toClient: this.#toClient };
  }

  get isHalfClosed(): boolean {
    return this.#client.readableEnded || this.#upstream.readableEnded;
  }

  /** A connection without requests keeps its route. */
  recheck(): void {}

  /** Bytes without messages have no end but their own. */
  drain(): void {}

  /** Both sides see a reset: an end would pass for the last byte of a stream that is torn. */
  cut(): void {
    reset(this.#upstream);
    reset(this.#client);
  }

  #onClientData = (chunk: Buffer): void => {
    this.#fromClient += chunk.length;
    if (!this.#upstream.write(chunk)) this.#client.pause();
  };

  #onUpstreamData = (chunk: Buffer): void => {
    this.#toClient += chunk.length;
    if (!this.#client.write(chunk)) this.#upstream.pause();
  };

  #onClientDrain = (): void => void this.#upstream.resume();
  #onUpstreamDrain = (): void => void this.#client.resume();
  #onClientEnd = (): void => endBehindWrites(this.#upstream);
  #onUpstreamEnd = (): void => endBehindWrites(this.#client);
  #onClientError = (): void => this.#abort('client-broke', this.#upstream);
  #onUpstreamError = (): void => this.#abort('upstream-broke', this.#client);

  #onClientClose = (): void => {
    if (!this.#upstream.destroyed && !this.#client.readableEnded) reset(this.#upstream);
    this.#onClose();
  };

  #onUpstreamClose = (): void => {
    if (!this.#client.destroyed && !this.#upstream.readableEnded) reset(this.#client);
    this.#onClose();
  };

  #abort(end: CarryEnd, other: Socket): void {
    if (this.#end === 'done') this.#end = end;
    reset(other);
  }

  #onClose(): void {
    this.#closed += 1;
    if (this.#closed === 2) this.#done(this.#end);
  }
}
