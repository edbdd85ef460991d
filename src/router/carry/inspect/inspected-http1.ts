import type { TLSSocket } from 'node:tls';
import type { Refusal } from '../../../diagnostics/index.ts';
import type { Hostname, IpAddress } from '../../../ir/index.ts';
import type { Flow, FlowClient, FlowEnd, FlowRecorder } from '../../flows/recorder.ts';
import type { Spent } from '../../inspect/budgets.ts';
import type { UpstreamConnection } from '../../inspect/upstream-connection.ts';
import type { UpstreamPool } from '../../inspect/upstream-pool.ts';
import {
  editedHead,
  type RequestHead,
  RequestReader,
  type ResponseHead,
  ResponseReader,
  refusalAnswer,
} from '../../protocols/http/index.ts';
import type { RouterLimits } from '../../router-limits.ts';
import type { LiveUpstream } from '../../upstreams/upstream.ts';
import type { CarriedBytes, Carrier, CarryDone, CarryEnd } from '../carrier.ts';
import { sentHead } from '../http/forwarded-head.ts';
import { UnreadBody } from '../http/unread-body.ts';
import { websocketKey, whyNotGranted } from '../http/websocket.ts';
import { type Judge, type Judgement, whyEnds } from '../judge.ts';
import { Passthrough } from '../passthrough.ts';
import { bindsConnection } from './connection-bound.ts';
import { Deadlines } from './deadlines.ts';
import { SecureClient } from './secure-client.ts';
import { type ExchangeOwner, UpstreamSide } from './upstream-side.ts';

type Allowed = Extract<Judgement, { readonly is: 'route' }>;

export interface InspectedOptions {
  readonly name: Hostname;
  readonly judge: Judge;
  readonly pool: UpstreamPool;
  readonly flows: FlowRecorder;
  readonly flowClient: FlowClient;
  readonly spent: Spent;
  readonly limits: Pick<
    RouterLimits,
    'openingMs' | 'refusalMs' | 'restUnrepeatableMs' | 'answerMs' | 'betweenRequestsMs'
  >;
}

/**
 * Carries the HTTP/1.1 inside a client's TLS, request by request: each is decided by the rights of its moment, and goes on a
 * connection to the upstream of its route. Heads and bodies pass as they are, but for what must change on the way. An
 * answer streams to the client as fast as it reads, a body to the server as fast as that reads; there is no time limit for
 * a stream that flows. What goes wrong is told inside TLS as long as no answer has begun; later the client is reset.
 *
 * Holds at most one head of each side, and one read of the client while its upstream is dialled.
 */
export class InspectedHttp1 implements Carrier, ExchangeOwner {
  readonly #client: TLSSocket;
  readonly #out: SecureClient;
  readonly #options: InspectedOptions;
  readonly #done: CarryDone;
  readonly #requests = new RequestReader();
  readonly #responses = new ResponseReader();
  readonly #unread = new UnreadBody();
  readonly #deadlines: Deadlines;
  readonly #upstream: UpstreamSide;
  #fromClient = 0;
  /** The request that waits for its answer. */
  #request: RequestHead | undefined;
  #flow: Flow | undefined;
  #answerCloses = false;
  #isLast = false;
  #websocketKey: string | undefined;
  #clientEnded = false;
  #draining = false;
  #end: CarryEnd = 'done';
  #refusal: Refusal | undefined;
  #over = false;
  #tunnel: Passthrough | undefined;

  /** Begins at once. */
  constructor(secure: TLSSocket, options: InspectedOptions, done: CarryDone) {
    this.#client = secure;
    const { pool, limits } = options;
    this.#out = new SecureClient(secure, this.#buffers);
    this.#upstream = new UpstreamSide(
      { pool, restUnrepeatableMs: limits.restUnrepeatableMs, buffers: this.#buffers },
      this,
    );
    this.#deadlines = new Deadlines(limits, {
      onSlow: (refusal) => this.#refuse(refusal),
      onRested: () => {
        if (!this.#request) this.drain();
      },
    });
    this.#options = options;
    this.#done = done;
    secure.on('data', this.#onClient);
    secure.on('end', this.#onClientEnd);
    secure.on('drain', this.#onClientDrain);
    secure.on('error', this.#onClientError);
    secure.on('close', this.#onClientClose);
    secure.resume();
  }

  bytes(): CarriedBytes {
    const after = this.#tunnel?.bytes();
    return {
      fromClient: this.#fromClient + (after?.fromClient ?? 0),
      toClient: this.#out.written + (after?.toClient ?? 0),
    };
  }

  get isHalfClosed(): boolean {
    return this.#client.readableEnded;
  }

  /** A WebSocket ends with the right to it, everything else behind the present answer. */
  recheck(): void {
    const { judge } = this.#options;
    const refusal = this.#tunnel && this.#request && whyEnds(judge, this.#request);
    if (refusal) {
      this.#refusal = refusal;
      this.#tunnel?.cut();
    } else if (judge.upstream() === undefined) this.drain();
  }

  /** Ends now if nothing is asked, else behind the present answer. */
  drain(): void {
    this.#draining = true;
    if (!this.#over && !this.#request && this.#requests.held.length === 0) this.#close();
  }

  moved(live: LiveUpstream, addresses: readonly IpAddress[]): boolean {
    return this.#upstream.isElsewhere(live, addresses);
  }

  cut(): void {
    if (this.#tunnel) {
      this.#tunnel.cut();
      return;
    }
    const isTorn = this.#request !== undefined;
    this.#over = true;
    this.#endFlow('cut');
    this.#upstream.drop();
    this.#out.cut(isTorn);
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
          this.#deadlines.headDone();
          this.#begin(part.head, part.bytes);
          continue;
        case 'body':
          this.#flow?.requestBytes(part.bytes);
          this.#unread.body(part.bytes, !requests.isInBody);
          this.#upstream.committed();
          if (!this.#upstream.send(part.bytes)) this.#client.pause();
          if (!requests.isInBody) {
            this.#awaitAnswer();
            this.#endExchange();
          }
          continue;
        case 'need-more':
          this.#deadlines.head({ code: 'LG_TOO_SLOW', why: 'a request head was not whole in time' });
          return;
        case 'not-http':
          this.#refuse({ code: 'LG_PROTOCOL', why: part.why });
          return;
        case 'bad':
          this.#refuse(part);
          return;
        default:
          part satisfies never;
      }
    }
  }

  /** Judges a request, and sends its head to its upstream if it may go. */
  #begin(head: RequestHead, bytes: Uint8Array): void {
    const { judge, flows, flowClient, name, spent } = this.#options;
    this.#request = head;
    const judged = judge.request(head);
    const allowed = judged.is === 'route' ? judged : undefined;
    this.#flow = flows.begin({
      client: flowClient,
      protocol: 'http/1.1',
      name,
      route: judged.route,
      nccs: judged.nccs,
      head: bytes,
      ...(allowed && { forwarded: allowed.path }),
    });
    if (judged.is === 'refuse') {
      this.#refuse(judged.refusal);
      return;
    }
    const over = spent.requestRefusal();
    if (over) {
      this.#refuse(over);
      return;
    }
    this.#websocketKey = websocketKey(head);
    this.#unread.begin(head, (isLast) => {
      if (!this.#over) this.#send(judged, { head, bytes, isLast });
    });
  }

  #send(
    judged: Allowed,
    { head, bytes, isLast }: { readonly head: RequestHead; readonly bytes: Uint8Array; readonly isLast: boolean },
  ): void {
    this.#isLast = isLast;
    const isWebsocket = this.#websocketKey !== undefined;
    const sent = sentHead(bytes, head, { path: judged.path, isWebsocket, isLast });
    const wanted = { live: judged.upstream, group: judged.nccs.join(' ') };
    if (!this.#upstream.begin(wanted, head, sent) && !this.#over) this.#client.pause();
    this.#awaitAnswer();
  }

  /** From when the request is with the server, to its last byte. */
  #awaitAnswer(): void {
    if (!this.#over && !this.#requests.isInBody && this.#upstream.isConnected) this.#deadlines.answer();
  }

  onUnreachable(refusal: Refusal): void {
    this.#refuse(refusal);
  }

  onConnected({ flowUpstream, restedMs }: UpstreamConnection): void {
    this.#flow?.upstream(flowUpstream, restedMs !== undefined);
    this.#awaitAnswer();
  }

  onReached(): void {
    if (!this.#over) this.#client.resume();
  }

  onUpstreamData(chunk: Buffer): void {
    if (this.#over) return;
    const responses = this.#responses;
    this.#upstream.committed();
    responses.push(chunk);
    while (!this.#over && responses.held.length > 0 && this.#request) if (!this.#passAnswer(this.#request)) return;
    if (this.#over || responses.held.length === 0) return;
    // An answer that nobody asked for.
    responses.discard();
    this.#upstream.drop();
  }

  /** Passes one part of an answer on. False when there is none to pass. */
  #passAnswer(request: RequestHead): boolean {
    const part = this.#responses.next(request.method);
    switch (part.is) {
      case 'head':
        this.#deadlines.headDone();
        this.#beginAnswer(request, part.head, part.bytes);
        return true;
      case 'body':
        this.#flow?.responseBytes(part.bytes);
        this.#writeClient(part.bytes);
        if (this.#responses.isWhole) this.#answered();
        return true;
      case 'need-more':
        this.#deadlines.head({
          code: 'LG_UPSTREAM_TIMEOUT',
          why: 'the head of the server’s answer was not whole in time',
        });
        return false;
      case 'surplus':
        // The answer is whole and only the request is not: what stands behind it is nobody's.
        this.#close();
        return false;
      case 'bad':
        if (this.#responses.hasBegun) this.#abort('upstream-broke');
        else this.#refuse({ code: 'LG_UPSTREAM_REFUSED', why: `the server’s answer cannot be passed on: ${part.why}` });
        return false;
      default:
        return part satisfies never;
    }
  }

  #beginAnswer(request: RequestHead, head: ResponseHead, bytes: Uint8Array): void {
    this.#flow?.responseHead(head.status, bytes);
    if (head.status === 101) {
      this.#switch(head, bytes);
      return;
    }
    if (head.interim) {
      this.#writeClient(bytes);
      return;
    }
    this.#deadlines.answerBegun();
    this.#answerCloses = head.closes;
    if (this.#requests.isInBody) this.#isLast = true;
    if (bindsConnection(request, head)) this.#upstream.pin();
    const closesClient = (request.closes || this.#draining) && !head.closes && request.minorVersion === 1;
    this.#writeClient(closesClient ? editedHead(bytes, { add: ['Connection: close'] }) : bytes);
    if (this.#responses.isWhole) this.#answered();
  }

  /** The server changes the protocol: only to the WebSocket that it was asked for. */
  #switch(answer: ResponseHead, head: Uint8Array): void {
    const key = this.#websocketKey;
    const why = key === undefined ? 'the server changed the protocol without being asked' : whyNotGranted(answer, key);
    if (why !== undefined) {
      this.#refuse({ code: 'LG_UPSTREAM_REFUSED', why });
      return;
    }
    const server = this.#upstream.release();
    if (!server) return;
    this.#writeClient(head);
    const answered = this.#responses.held.length;
    if (answered > 0) this.#writeClient(this.#responses.held);
    this.#over = true;
    this.#deadlines.stop();
    const client = this.#client;
    client.off('data', this.#onClient).off('end', this.#onClientEnd).off('drain', this.#onClientDrain);
    client.off('error', this.#onClientError).off('close', this.#onClientClose);
    client.pause();
    server.pause();
    const first = this.#requests.held;
    this.#tunnel = new Passthrough({ client, upstream: server, first }, (end) => {
      const moved = this.#tunnel?.bytes();
      this.#flow?.moved(first.length + (moved?.fromClient ?? 0), answered + (moved?.toClient ?? 0));
      const how = this.#refusal ? 'refused' : end;
      this.#endFlow(how, this.#refusal);
      this.#done(how, this.#refusal);
    });
  }

  /** The answer is through. What is left of the request's body then would reach a server that does not expect it. */
  #answered(): void {
    if (this.#requests.isInBody) {
      this.#endFlow('done');
      this.#close();
    } else this.#endExchange();
  }

  /** Once both the request and its answer are through, the next one may go. */
  #endExchange(): void {
    if (this.#over || this.#requests.isInBody || !this.#responses.isWhole) return;
    const request = this.#request;
    const isLast = request?.closes || this.#answerCloses || this.#draining;
    const isReusable = !this.#isLast && !this.#answerCloses && request?.minorVersion === 1;
    this.#endFlow('done');
    this.#upstream.leave(isReusable && this.#responses.held.length === 0);
    this.#request = undefined;
    this.#responses.discard();
    if (isLast || this.#isLast || (this.#clientEnded && this.#requests.held.length === 0)) {
      this.#close();
      return;
    }
    this.#deadlines.rest();
    this.#client.resume();
    this.#pass();
  }

  #writeClient(bytes: Uint8Array): void {
    if (!this.#out.write(bytes)) this.#upstream.pause();
  }

  #onClientDrain = (): void => {
    this.#out.drained();
    this.#upstream.resume();
  };

  #buffers = (bytes: number): void => {
    const { spent } = this.#options;
    spent.buffers(bytes);
    // Not now: what is being written is looked at behind this call.
    if (bytes > 0 && spent.bytesRefusal()) process.nextTick(this.#onFull);
  };

  #onFull = (): void => {
    const refusal = this.#options.spent.bytesRefusal();
    if (this.#over || !refusal) return;
    this.#refusal = refusal;
    this.#endFlow('refused', refusal);
    this.#abort('refused');
  };

  onUpstreamDrain(): void {
    this.#upstream.drained();
    if (!this.#request || this.#requests.isInBody) this.#client.resume();
  }

  onUpstreamEnd(): void {
    if (this.#over) return;
    if (this.#responses.endsAtClose) {
      this.#responses.close();
      this.#answered();
    } else if (this.#responses.held.length === 0 && this.#upstream.retry()) {
      // The server had closed it while it rested: nothing of the request was done.
      if (!this.#over) this.#client.pause();
    } else if (this.#responses.hasBegun) this.#abort('upstream-broke');
    else this.#refuse({ code: 'LG_UPSTREAM_REFUSED', why: 'the server closed the connection instead of answering' });
  }

  #onClientEnd = (): void => {
    this.#clientEnded = true;
    if (this.#over) return;
    // A client may stop sending and wait for its answer.
    if (!this.#request && this.#requests.held.length === 0) this.#close();
    else if (this.#requests.isInBody) this.#abort('client-broke');
    else if (!this.#request) this.#refuse({ code: 'LG_PROTOCOL', why: 'the client ended inside a request head' });
  };

  #endFlow(end: FlowEnd, refusal?: Refusal): void {
    this.#flow?.end(end, refusal);
    this.#flow = undefined;
  }

  /** Says why and closes; possible only while no byte of the present answer is with the client. */
  #refuse(refusal: Refusal): void {
    if (this.#over) return;
    this.#end = 'refused';
    this.#refusal = { code: refusal.code, why: refusal.why };
    if (this.#responses.hasBegun) {
      this.#endFlow('refused', this.#refusal);
      this.#abort('refused');
      return;
    }
    const { status, head, body } = refusalAnswer(refusal, this.#request?.method === 'HEAD');
    this.#flow?.responseHead(status, head);
    this.#flow?.responseBytes(body);
    this.#endFlow('refused', this.#refusal);
    this.#writeClient(head);
    if (body.length > 0) this.#writeClient(body);
    this.#close();
  }

  /** Ends the client's side behind what is written; what it still sends is read and dropped for a while. */
  #close(): void {
    this.#over = true;
    this.#deadlines.stop();
    this.#unread.stop();
    this.#request = undefined;
    this.#upstream.drop();
    this.#out.end(this.#options.limits.refusalMs);
  }

  /** Ends a torn exchange: the client sees a reset, not an end. */
  #abort(end: CarryEnd): void {
    this.#over = true;
    if (this.#end === 'done') this.#end = end;
    this.#deadlines.stop();
    this.#unread.stop();
    this.#endFlow(end);
    this.#upstream.drop();
    this.#out.cut(true);
  }

  #onClientError = (): void => {
    if (!this.#over) this.#abort('client-broke');
  };

  #onClientClose = (): void => {
    if (!this.#over) this.#abort('client-broke');
    this.#deadlines.stop();
    this.#unread.stop();
    this.#done(this.#end, this.#refusal);
  };
}
