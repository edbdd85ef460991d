import type { TLSSocket } from 'node:tls';
import type { IpAddress } from '../../ir/index.ts';
import type { FlowUpstream } from '../flows/recorder.ts';
import type { LiveUpstream } from '../upstreams/upstream.ts';
import { flowUpstreamOf } from './flow-upstream.ts';

/** Who has the connection for the time of an exchange. */
export interface UpstreamOwner {
  onUpstreamData(chunk: Buffer): void;
  /** The server sends no more, or the connection broke. Once. */
  onUpstreamEnd(): void;
  onUpstreamDrain(): void;
}

/**
 * One TLS connection to an upstream, which many exchanges use one after the other. Its listeners are attached once: to take
 * them off and on for each request would cost more than the request.
 */
export class UpstreamConnection {
  readonly socket: TLSSocket;
  readonly live: LiveUpstream;
  readonly address: IpAddress;
  /** Whose requests it may carry: those of one group see nothing of those of another. */
  readonly group: string;
  /** What records say of it. */
  readonly flowUpstream: FlowUpstream;
  owner: UpstreamOwner | undefined;
  /** When its last exchange ended; undefined while it has had none. */
  restedMs: number | undefined;
  #isOver = false;
  readonly #onGone: (connection: UpstreamConnection) => void;

  constructor(
    socket: TLSSocket,
    of: { readonly live: LiveUpstream; readonly address: IpAddress; readonly group: string },
    onGone: (connection: UpstreamConnection) => void,
  ) {
    this.socket = socket;
    this.live = of.live;
    this.address = of.address;
    this.group = of.group;
    this.flowUpstream = flowUpstreamOf(socket, of.live, of.address);
    this.#onGone = onGone;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onClose);
    socket.on('drain', this.#onDrain);
  }

  /** It can carry another exchange, as far as is known here. */
  get isUsable(): boolean {
    return !this.#isOver && this.socket.writable;
  }

  destroy(): void {
    this.owner = undefined;
    this.#over();
    this.socket.destroy();
  }

  /** Takes the listeners off: the bytes are no exchanges any more. It counts until the socket closes. */
  release(): TLSSocket {
    const { socket } = this;
    this.owner = undefined;
    socket.off('data', this.#onData).off('end', this.#onEnd).off('drain', this.#onDrain);
    return socket;
  }

  #onData = (chunk: Buffer): void => {
    // A connection at rest has nothing to say.
    if (this.owner) this.owner.onUpstreamData(chunk);
    else this.destroy();
  };

  #onEnd = (): void => {
    const { owner } = this;
    if (this.#isOver) return;
    this.#over();
    if (owner) owner.onUpstreamEnd();
    else this.socket.destroy();
  };

  #onClose = (): void => {
    const { owner } = this;
    const wasOver = this.#isOver;
    this.#over();
    if (!wasOver) owner?.onUpstreamEnd();
  };

  #onDrain = (): void => this.owner?.onUpstreamDrain();

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onGone(this);
  }
}
