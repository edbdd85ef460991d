import type { Socket } from 'node:net';
import type { Refusal } from '../../diagnostics/index.ts';
import type { Route } from '../../ir/index.ts';
import { type RouteTable, refusalOfRequest } from '../../routing/index.ts';
import {
  type BodyState,
  bodyStart,
  headWithout,
  parseRequestHead,
  parseResponseHead,
  type RequestHead,
  readBody,
} from '../protocols/http/index.ts';
import { refusalBytes } from '../protocols/refusal.ts';
import { type RelayEnd, relay } from './passthrough.ts';

export interface HttpRelayOptions {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Names of this listener, for the sentence of a refusal. */
  readonly table: RouteTable;
  /** The route of the first request; every further one must have the same. */
  readonly route: Route;
  /** What the client has sent so far: the first request. */
  readonly first: Buffer;
  /** Time for a further request's head, from its first byte, in milliseconds. */
  readonly headMs: number;
  /** Time a refused client gets to read its refusal, in milliseconds. */
  readonly refusalMs: number;
  /** Called once, when both sockets are closed. */
  readonly done: (end: RelayEnd | 'refused', refusal?: Refusal) => void;
}

const nothing: Buffer = Buffer.alloc(0);

/**
 * Carries HTTP/1.1 request by request: each head is read and checked before it is passed on, and the next one waits until
 * the answer to the last is whole, so that a refusal never stands inside another answer and nobody reads the boundary
 * of a message differently. Bodies pass as they are. After a granted upgrade, or none of this applies, bytes are relayed.
 *
 * Holds at most one head of each side.
 */
export function relayHttp(options: HttpRelayOptions): HttpDrain {
  const made = new HttpRelay(options);
  made.start(options.first);
  return made;
}

/** Ends a kept-alive connection where it does not hurt: now if nothing is asked, else behind the present answer. */
export interface HttpDrain {
  drain(): void;
}

class HttpRelay implements HttpDrain {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #options: HttpRelayOptions;
  /** Bytes of the client that are not passed on yet. */
  #held = nothing;
  /** The rest of the request that is being passed on. */
  #body: BodyState = { in: 'end' };
  /** The request that waits for its answer. */
  #request: RequestHead | undefined;
  /** Bytes of an answer's head. */
  #answerHead = nothing;
  #answerBody: BodyState | undefined;
  #answerCloses = false;
  #clientEnded = false;
  #draining = false;
  #headTimer: NodeJS.Timeout | undefined;
  #end: RelayEnd | 'refused' = 'done';
  #refusal: Refusal | undefined;
  #closed = 0;
  /** Refused, upgraded or broken: nothing is read as HTTP any more. */
  #over = false;

  constructor(options: HttpRelayOptions) {
    this.#options = options;
    this.#client = options.client;
    this.#upstream = options.upstream;
  }

  start(first: Buffer): void {
    const [client, upstream] = [this.#client, this.#upstream];
    client.on('data', this.#onClient);
    client.on('end', this.#onClientEnd);
    client.on('drain', this.#onClientDrain);
    upstream.on('data', this.#onUpstream);
    upstream.on('end', this.#onUpstreamEnd);
    upstream.on('drain', this.#onUpstreamDrain);
    client.on('error', this.#onClientError);
    upstream.on('error', this.#onUpstreamError);
    client.on('close', this.#onClose);
    upstream.on('close', this.#onClose);
    upstream.resume();
    client.resume();
    this.#onClient(first);
    if (client.readableEnded) this.#onClientEnd();
  }

  drain(): void {
    this.#draining = true;
    if (this.#over || this.#request || this.#held.length > 0) return;
    this.#over = true;
    this.#hangUp();
  }

  #onClient = (chunk: Buffer): void => {
    if (this.#over) return;
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#pass();
  };

  /** Passes on as much of the client's bytes as may be. */
  #pass(): void {
    while (!this.#over && this.#held.length > 0) {
      if (this.#body.in !== 'end') {
        const step = readBody(this.#body, this.#held);
        if (step.is === 'bad') {
          // The request is half with the server: whatever it would answer, nobody could trust its bounds.
          this.#refuse(step);
          return;
        }
        const bytes = this.#held.subarray(0, step.used);
        this.#held = this.#held.subarray(step.used);
        this.#body = step.state;
        if (!this.#upstream.write(bytes)) this.#client.pause();
        if (this.#body.in === 'end') this.#maybeNext();
        continue;
      }
      if (this.#request) {
        this.#client.pause(); // the next request waits for this answer
        return;
      }
      if (!this.#passHead()) return;
    }
  }

  /** Reads one head and passes it on. False when it is not whole, or refused. */
  #passHead(): boolean {
    const head = parseRequestHead(this.#held);
    switch (head.is) {
      case 'need-more':
        this.#headTimer ??= setTimeout(
          () =>
            this.#refuse({ code: 'LG_TOO_SLOW', why: `a request head was not whole after ${this.#options.headMs} ms` }),
          this.#options.headMs,
        );
        return false;
      case 'not-http':
        this.#refuse({ code: 'LG_PROTOCOL', why: head.why });
        return false;
      case 'bad':
        this.#refuse(head);
        return false;
      case 'request':
        break;
      default:
        head satisfies never;
    }
    clearTimeout(this.#headTimer);
    this.#headTimer = undefined;
    const { table, route } = this.#options;
    const refusal = refusalOfRequest(table, route, head);
    this.#request = head;
    if (refusal) {
      this.#refuse(refusal);
      return false;
    }
    const bytes = this.#held.subarray(0, head.endsAt);
    this.#held = this.#held.subarray(head.endsAt);
    this.#body = bodyStart(head.framing);
    // An HTTP/2 connection after this could not be read; without the field the server answers in HTTP/1.1.
    const toServer = head.upgrade.includes('h2c') ? headWithout(bytes, ['upgrade', 'http2-settings']) : bytes;
    if (!this.#upstream.write(toServer)) this.#client.pause();
    return true;
  }

  #onUpstream = (chunk: Buffer): void => {
    let rest = chunk;
    while (!this.#over && rest.length > 0) {
      if (this.#answerBody) {
        const step = readBody(this.#answerBody, rest);
        if (step.is === 'bad') {
          this.#break('upstream-broke', this.#client);
          return;
        }
        this.#toClient(rest.subarray(0, step.used));
        rest = rest.subarray(step.used);
        this.#answerBody = step.state;
        if (step.state.in === 'end') this.#answered();
        continue;
      }
      if (!this.#request) {
        this.#break('upstream-broke', this.#client); // an answer that nobody asked for
        return;
      }
      this.#answerHead = this.#answerHead.length === 0 ? rest : Buffer.concat([this.#answerHead, rest]);
      rest = this.#readAnswerHead(this.#request);
    }
  };

  /** Passes an answer's head on; gives the bytes behind it, or none while it is not whole. */
  #readAnswerHead(request: RequestHead): Buffer {
    const head = parseResponseHead(this.#answerHead, request.method);
    if (head.is === 'need-more') return nothing;
    if (head.is === 'bad') {
      this.#refuse({ code: 'LG_UPSTREAM_REFUSED', why: `the server’s answer cannot be passed on: ${head.why}` });
      return nothing;
    }
    const bytes = this.#answerHead.subarray(0, head.endsAt);
    const rest = this.#answerHead.subarray(head.endsAt);
    this.#answerHead = nothing;
    if (head.status === 101) {
      const wanted = request.upgrade.some((protocol) => protocol !== 'h2c');
      if (!wanted || this.#body.in !== 'end') {
        this.#refuse({ code: 'LG_UPSTREAM_REFUSED', why: 'the server changed the protocol without being asked' });
        return nothing;
      }
      this.#toClient(bytes);
      this.#upgrade(rest);
      return nothing;
    }
    this.#toClient(bytes);
    if (head.interim) return rest;
    this.#answerCloses = head.closes;
    this.#answerBody = bodyStart(head.framing);
    if (this.#answerBody.in === 'end') this.#answered();
    return rest;
  }

  #answered(): void {
    this.#answerBody = { in: 'end' };
    if (this.#answerCloses) {
      this.#over = true;
      this.#hangUp();
      return;
    }
    this.#maybeNext();
  }

  /** Both the request and its answer are through: the next one may go. */
  #maybeNext(): void {
    if (this.#over || this.#body.in !== 'end' || this.#answerBody?.in !== 'end') return;
    const last = this.#request?.closes;
    this.#request = undefined;
    this.#answerBody = undefined;
    if (last || this.#draining || (this.#clientEnded && this.#held.length === 0)) {
      this.#over = true;
      this.#hangUp();
      return;
    }
    if (!this.#upstream.writableNeedDrain) this.#client.resume();
    this.#pass();
  }

  #toClient(bytes: Buffer): void {
    if (!this.#client.write(bytes)) this.#upstream.pause();
  }

  #onClientDrain = (): void => void this.#upstream.resume();

  #onUpstreamDrain = (): void => {
    if (!this.#request || this.#body.in !== 'end') this.#client.resume();
  };

  #onClientEnd = (): void => {
    this.#clientEnded = true;
    if (this.#over) return;
    // A client may stop sending and wait for its answer; a server might take the same for a goodbye.
    if (!this.#request && this.#held.length === 0) {
      this.#over = true;
      this.#hangUp();
    } else if (this.#body.in !== 'end') this.#break('client-broke', this.#upstream);
    else if (!this.#request) this.#refuse({ code: 'LG_PROTOCOL', why: 'the client ended inside a request head' });
  };

  #onUpstreamEnd = (): void => {
    if (this.#over) return;
    if (this.#answerBody?.in === 'rest') this.#answered();
    else if (this.#request && !this.#answerBody && this.#answerHead.length === 0)
      this.#refuse({ code: 'LG_UPSTREAM_REFUSED', why: 'the server closed the connection instead of answering' });
    else if (this.#request) this.#break('upstream-broke', this.#client);
    else {
      this.#over = true;
      this.#hangUp();
    }
  };

  /** From here on the bytes are no HTTP: an ordinary relay takes over. */
  #upgrade(rest: Buffer): void {
    this.#letGo();
    this.#client.pause();
    this.#upstream.pause();
    if (rest.length > 0) this.#client.write(rest);
    if (this.#held.length > 0) this.#upstream.write(this.#held);
    this.#held = nothing;
    relay(this.#client, this.#upstream, this.#options.done);
  }

  #letGo(): void {
    this.#over = true;
    clearTimeout(this.#headTimer);
    const [client, upstream] = [this.#client, this.#upstream];
    client.off('data', this.#onClient).off('end', this.#onClientEnd).off('drain', this.#onClientDrain);
    upstream.off('data', this.#onUpstream).off('end', this.#onUpstreamEnd).off('drain', this.#onUpstreamDrain);
    client.off('error', this.#onClientError).off('close', this.#onClose);
    upstream.off('error', this.#onUpstreamError).off('close', this.#onClose);
  }

  /** Says why and closes; possible only while no byte of the present answer is with the client. */
  #refuse(refusal: Refusal): void {
    if (this.#over) return;
    this.#over = true;
    this.#end = 'refused';
    this.#refusal = { code: refusal.code, why: refusal.why };
    this.#upstream.destroy();
    if (this.#answerBody) {
      this.#client.resetAndDestroy();
      return;
    }
    this.#client.write(refusalBytes({ in: 'http', head: this.#request?.method === 'HEAD' }, refusal));
    this.#hangUp();
  }

  /** Ends the client's side after what is written; what it still sends is read and dropped for a while. */
  #hangUp(): void {
    clearTimeout(this.#headTimer);
    const client = this.#client;
    this.#upstream.end();
    this.#upstream.resume();
    client.end();
    if (client.readableEnded) client.destroySoon();
    else {
      client.resume();
      client.once('end', () => client.destroySoon());
    }
    const last = setTimeout(() => {
      client.destroy();
      this.#upstream.destroy();
    }, this.#options.refusalMs);
    client.once('close', () => {
      clearTimeout(last);
      this.#upstream.destroy();
    });
  }

  #break(end: RelayEnd, other: Socket): void {
    this.#over = true;
    if (this.#end === 'done') this.#end = end;
    clearTimeout(this.#headTimer);
    other.resetAndDestroy();
    (other === this.#client ? this.#upstream : this.#client).destroy();
  }

  #onClientError = (): void => this.#break('client-broke', this.#upstream);
  #onUpstreamError = (): void => {
    if (!this.#over) this.#break('upstream-broke', this.#client);
  };

  #onClose = (): void => {
    this.#closed += 1;
    if (this.#closed === 2) {
      clearTimeout(this.#headTimer);
      this.#options.done(this.#end, this.#refusal);
    } else if (!this.#over) this.#break('client-broke', this.#client.destroyed ? this.#upstream : this.#client);
  };
}
