import type { Socket } from 'node:net';
import type { Refusal } from '../../../diagnostics/index.ts';
import {
  editedHead,
  type RequestHead,
  RequestReader,
  type ResponseHead,
  ResponseReader,
  refusalResponse,
} from '../../protocols/http/index.ts';
import { endBehindWrites, reset } from '../../socket-ends.ts';
import type { LiveUpstream } from '../../upstreams/upstream.ts';
import type { CarriedBytes, Carrier, CarryDone, CarryEnd, Ends } from '../carrier.ts';
import { type Judge, whyEnds } from '../judge.ts';
import { Passthrough } from '../passthrough.ts';
import { forwardedEdits } from './forwarded-head.ts';
import { UnreadBody } from './unread-body.ts';
import { websocketKey, whyNotGranted } from './websocket.ts';

export interface HttpCarrierOptions {
  readonly judge: Judge;
  /** Where the connection leads: requests that lead elsewhere by now are refused. */
  readonly upstream: LiveUpstream;
  /** Time for a further request's head, from its first byte, in milliseconds. */
  readonly headMs: number;
  /** Time a refused client gets to read its refusal, in milliseconds. */
  readonly refusalMs: number;
}

/**
 * Carries HTTP/1.1 request by request: each head is read and checked before it is passed on, and the next one waits until
 * the answer to the last is whole, so that a refusal never stands inside another answer and nobody reads the boundary
 * of a message differently. Bodies pass as they are. After a granted WebSocket the bytes are passed through.
 *
 * Holds at most one head of each side.
 */
export class HttpCarrier implements Carrier {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #options: HttpCarrierOptions;
  readonly #done: CarryDone;
  readonly #requests = new RequestReader();
  readonly #responses = new ResponseReader();
  readonly #unread = new UnreadBody();
  #fromClient = 0;
  #toClient = 0;
  /** The request that waits for its answer. */
  #request: RequestHead | undefined;
  #answerCloses = false;
  /** The server may not have read all of the present request: nothing may follow it. */
  #isLast = false;
  #websocketKey: string | undefined;
  #clientEnded = false;
  #draining = false;
  #headTimer: NodeJS.Timeout | undefined;
  #end: CarryEnd = 'done';
  #refusal: Refusal | undefined;
  #closed = 0;
  /** Refused, upgraded or broken: nothing is read as HTTP any more. */
  #over = false;
  #upgraded: Passthrough | undefined;

  /** Begins at once; `first` holds the first request, or a part of it. */
  constructor({ client, upstream, first }: Ends, options: HttpCarrierOptions, done: CarryDone) {
    this.#client = client;
    this.#upstream = upstream;
    this.#options = options;
    this.#done = done;
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
    this.#requests.push(first);
    this.#pass();
    if (client.readableEnded) this.#onClientEnd();
  }

  bytes(): CarriedBytes {
    const after = this.#upgraded?.bytes();
    return {
      fromClient: this.#fromClient + (after?.fromClient ?? 0),
      toClient: this.#toClient + (after?.toClient ?? 0),
    };
  }

  get isHalfClosed(): boolean {
    return this.#client.readableEnded || this.#upstream.readableEnded;
  }

  /** A connection whose route is gone or leads elsewhere ends behind the present answer, a WebSocket with the right to it. */
  recheck(): void {
    const { judge, upstream } = this.#options;
    const refusal = this.#upgraded && this.#request && whyEnds(judge, this.#request);
    if (refusal) {
      this.#refusal = refusal;
      this.#upgraded?.cut();
    } else if (judge.upstream() !== upstream) this.drain();
  }

  /** Ends now if nothing is asked, else behind the present answer. */
  drain(): void {
    this.#draining = true;
    if (!this.#over && !this.#request && this.#requests.held.length === 0) this.#closeBoth();
  }

  /** Where an answer is not with the client to its end, the client sees a reset: an end would pass for its last byte. */
  cut(): void {
    this.#upstream.destroy();
    if (this.#request || this.#client.writableLength > 0) reset(this.#client);
    else this.#client.destroy();
  }

  #onClient = (chunk: Buffer): void => {
    this.#fromClient += chunk.length;
    if (this.#over) return;
    this.#requests.push(chunk);
    this.#pass();
  };

  /** Passes on as much of the client's bytes as may be. */
  #pass(): void {
    const requests = this.#requests;
    while (!this.#over && requests.held.length > 0) {
      if (this.#request && !requests.isInBody) {
        this.#client.pause(); // the next request waits for this answer
        return;
      }
      const part = requests.next();
      switch (part.is) {
        case 'head':
          clearTimeout(this.#headTimer);
          this.#headTimer = undefined;
          this.#begin(part.head, part.bytes);
          continue;
        case 'body':
          this.#unread.body(part.bytes, !requests.isInBody);
          this.#toUpstream(part.bytes);
          if (!requests.isInBody) this.#endExchange();
          continue;
        case 'need-more':
          this.#headTimer ??= setTimeout(this.#onHeadDeadline, this.#options.headMs);
          return;
        case 'not-http':
          this.#refuse({ code: 'LG_PROTOCOL', why: part.why });
          return;
        case 'bad':
          // In a body, the request is half with the server: whatever it would answer, nobody could trust its bounds.
          this.#refuse(part);
          return;
        default:
          part satisfies never;
      }
    }
  }

  /** Judges a request, and passes its head on if it may go. */
  #begin(head: RequestHead, bytes: Uint8Array): void {
    this.#request = head;
    const judged = this.#options.judge.request(head);
    if (judged.is === 'refuse') {
      this.#refuse(judged.refusal);
      return;
    }
    if (judged.upstream !== this.#options.upstream) {
      this.#refuse({ code: 'LG_DRAINING', why: 'a reload has given the name another upstream; connect again' });
      return;
    }
    this.#websocketKey = websocketKey(head);
    const isWebsocket = this.#websocketKey !== undefined;
    this.#unread.begin(head, (isLast) => {
      if (this.#over) return;
      this.#isLast = isLast;
      this.#toUpstream(editedHead(bytes, forwardedEdits(head, { path: judged.path, isWebsocket, isLast })));
    });
  }

  #onHeadDeadline = (): void =>
    this.#refuse({ code: 'LG_TOO_SLOW', why: `a request head was not whole after ${this.#options.headMs} ms` });

  #onUpstream = (chunk: Buffer): void => {
    if (this.#over) return;
    this.#responses.push(chunk);
    while (!this.#over && this.#responses.held.length > 0) {
      if (!this.#request) {
        this.#abort('upstream-broke', this.#client); // an answer without a request
        return;
      }
      if (!this.#passAnswer(this.#request)) return;
    }
  };

  /** Passes one part of an answer on. False when there is none to pass. */
  #passAnswer(request: RequestHead): boolean {
    const part = this.#responses.next(request.method);
    switch (part.is) {
      case 'head':
        if (part.head.status === 101) this.#switch(part.head, part.bytes);
        else {
          this.#writeClient(part.bytes);
          this.#answerCloses = part.head.closes;
          if (!part.head.interim && this.#requests.isInBody) this.#isLast = true;
          if (this.#responses.isWhole) this.#answered();
        }
        return true;
      case 'body':
        this.#writeClient(part.bytes);
        if (this.#responses.isWhole) this.#answered();
        return true;
      case 'need-more':
        return false;
      case 'surplus':
        this.#abort('upstream-broke', this.#client);
        return false;
      case 'bad':
        if (this.#responses.hasBegun) this.#abort('upstream-broke', this.#client);
        else this.#refuse({ code: 'LG_UPSTREAM_REFUSED', why: `the server’s answer cannot be passed on: ${part.why}` });
        return false;
      default:
        return part satisfies never;
    }
  }

  /** The server changes the protocol: only to the WebSocket that it was asked for, whose request has no body. */
  #switch(answer: ResponseHead, head: Uint8Array): void {
    const key = this.#websocketKey;
    const why = key === undefined ? 'the server changed the protocol without being asked' : whyNotGranted(answer, key);
    if (why !== undefined) {
      this.#refuse({ code: 'LG_UPSTREAM_REFUSED', why });
      return;
    }
    this.#writeClient(head);
    this.#detach();
    this.#client.pause();
    this.#upstream.pause();
    if (this.#responses.held.length > 0) this.#writeClient(this.#responses.held);
    const ends = { client: this.#client, upstream: this.#upstream, first: this.#requests.held };
    this.#upgraded = new Passthrough(ends, (end) => this.#done(this.#refusal ? 'refused' : end, this.#refusal));
  }

  /** The answer is through. What is left of the request's body then would reach a server that does not expect it. */
  #answered(): void {
    if (this.#answerCloses || this.#requests.isInBody) this.#closeBoth();
    else this.#endExchange();
  }

  /** Once both the request and its answer are through, the next one may go. */
  #endExchange(): void {
    if (this.#over || this.#requests.isInBody || !this.#responses.isWhole) return;
    const last = this.#request?.closes || this.#isLast;
    this.#request = undefined;
    this.#responses.reset();
    if (last || this.#draining || (this.#clientEnded && this.#requests.held.length === 0)) {
      this.#closeBoth();
      return;
    }
    if (!this.#upstream.writableNeedDrain) this.#client.resume();
    this.#pass();
  }

  #toUpstream(bytes: Uint8Array): void {
    if (!this.#upstream.write(bytes)) this.#client.pause();
  }

  #writeClient(bytes: Uint8Array): void {
    this.#toClient += bytes.length;
    if (!this.#client.write(bytes)) this.#upstream.pause();
  }

  #onClientDrain = (): void => void this.#upstream.resume();

  #onUpstreamDrain = (): void => {
    if (!this.#request || this.#requests.isInBody) this.#client.resume();
  };

  #onClientEnd = (): void => {
    this.#clientEnded = true;
    if (this.#over) return;
    // A client may stop sending and wait for its answer; a server might take the same for the end.
    if (!this.#request && this.#requests.held.length === 0) this.#closeBoth();
    else if (this.#requests.isInBody) this.#abort('client-broke', this.#upstream);
    else if (!this.#request) this.#refuse({ code: 'LG_PROTOCOL', why: 'the client ended inside a request head' });
  };

  #onUpstreamEnd = (): void => {
    if (this.#over) return;
    if (this.#responses.endsAtClose) {
      this.#responses.close();
      this.#answered();
    } else if (this.#request && !this.#responses.hasBegun && this.#responses.held.length === 0)
      this.#refuse({ code: 'LG_UPSTREAM_REFUSED', why: 'the server closed the connection instead of answering' });
    else if (this.#request) this.#abort('upstream-broke', this.#client);
    else this.#closeBoth();
  };

  #detach(): void {
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
    if (this.#responses.hasBegun) {
      reset(this.#client);
      return;
    }
    this.#writeClient(refusalResponse(refusal, this.#request?.method === 'HEAD'));
    this.#closeBoth();
  }

  /**
   * Ends the client's side behind what is written; what it still sends is read and dropped. A client that has not closed
   * `refusalMs` after its last byte was handed to the system is left: until then it may be slow to read.
   */
  #closeBoth(): void {
    this.#over = true;
    clearTimeout(this.#headTimer);
    const client = this.#client;
    endBehindWrites(this.#upstream);
    this.#upstream.resume();
    let last: NodeJS.Timeout | undefined;
    client.once('finish', () => {
      if (client.readableEnded) client.destroy();
      else last = setTimeout(() => client.destroy(), this.#options.refusalMs);
    });
    client.once('close', () => {
      clearTimeout(last);
      this.#upstream.destroy();
    });
    client.once('end', () => {
      if (client.writableFinished) client.destroy();
    });
    endBehindWrites(client);
    client.resume();
  }

  #abort(end: CarryEnd, other: Socket): void {
    this.#over = true;
    if (this.#end === 'done') this.#end = end;
    clearTimeout(this.#headTimer);
    reset(other);
    (other === this.#client ? this.#upstream : this.#client).destroy();
  }

  #onClientError = (): void => this.#abort('client-broke', this.#upstream);
  #onUpstreamError = (): void => {
    if (!this.#over) this.#abort('upstream-broke', this.#client);
  };

  #onClose = (): void => {
    this.#closed += 1;
    this.#unread.stop();
    if (this.#closed === 2) {
      clearTimeout(this.#headTimer);
      this.#done(this.#end, this.#refusal);
    } else if (!this.#over) this.#abort('client-broke', this.#client.destroyed ? this.#upstream : this.#client);
  };
}
