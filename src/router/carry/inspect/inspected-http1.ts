import type { TLSSocket } from 'node:tls';
import type { Refusal } from '../../../diagnostics/index.ts';
import type { Hostname } from '../../../ir/index.ts';
import type { Flow, FlowEnd, FlowRecorder } from '../../flows/recorder.ts';
import type { UpstreamConnection, UpstreamOwner } from '../../inspect/upstream-connection.ts';
import type { PendingConnection, UpstreamPool } from '../../inspect/upstream-pool.ts';
import {
  editedHead,
  type RequestHead,
  RequestReader,
  type ResponseHead,
  ResponseReader,
  refusalResponse,
} from '../../protocols/http/index.ts';
import type { RouterLimits } from '../../router-limits.ts';
import type { LiveUpstream } from '../../upstreams/upstream.ts';
import type { CarriedBytes, Carrier, CarryDone, CarryEnd } from '../carrier.ts';
import { forwardedEdits } from '../http/forwarded-head.ts';
import { mayStayUnread } from '../http/unread-body.ts';
import { websocketKey, whyNotGranted } from '../http/websocket.ts';
import type { Judge } from '../judge.ts';
import { Passthrough } from '../passthrough.ts';
import { bindsConnection } from './connection-bound.ts';
import { SecureClient } from './secure-client.ts';

export interface InspectedOptions {
  readonly name: Hostname;
  /** NCCs of the client. */
  readonly nccs: readonly string[];
  readonly judge: Judge;
  readonly pool: UpstreamPool;
  readonly flows: FlowRecorder;
  readonly limits: Pick<RouterLimits, 'openingMs' | 'refusalMs' | 'restUnrepeatableMs'>;
}

/** What may be sent twice: a server that has done it once does no more at the second time. @see RFC 9110 section 9.2.2 */
const repeatable: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'];

/**
 * Carries the HTTP/1.1 inside a client's TLS, request by request: each is decided by the rights of its moment, and goes on a
 * connection to the upstream of its route. Heads and bodies pass as they are, but for what must change on the way. An
 * answer streams to the client as fast as it reads, a body to the server as fast as that reads; there is no time limit for
 * a stream that flows. What goes wrong is told inside TLS as long as no answer has begun; later the client is reset.
 *
 * Holds at most one head of each side, and one read of the client while its upstream is dialled.
 */
export class InspectedHttp1 implements Carrier, UpstreamOwner {
  readonly #client: TLSSocket;
  readonly #out: SecureClient;
  readonly #options: InspectedOptions;
  readonly #done: CarryDone;
  readonly #requests = new RequestReader();
  readonly #responses = new ResponseReader();
  #fromClient = 0;
  /** The request that waits for its answer. */
  #request: RequestHead | undefined;
  #flow: Flow | undefined;
  #answerCloses = false;
  #isLast = false;
  #websocketKey: string | undefined;
  #upstream: UpstreamConnection | undefined;
  #live: LiveUpstream | undefined;
  /** An upstream connection that knows who its user is (NTLM, Negotiate): it stays with this client. */
  #pinned: UpstreamConnection | undefined;
  #dialling: PendingConnection | undefined;
  #queued: Uint8Array[] = [];
  /** The request as sent on a connection that had rested; sent again, once, if the server had closed it. */
  #again: Uint8Array | undefined;
  #clientEnded = false;
  #draining = false;
  #headTimer: NodeJS.Timeout | undefined;
  #end: CarryEnd = 'done';
  #refusal: Refusal | undefined;
  #over = false;
  #tunnel: Passthrough | undefined;

  /** Begins at once. */
  constructor(secure: TLSSocket, options: InspectedOptions, done: CarryDone) {
    this.#client = secure;
    this.#out = new SecureClient(secure);
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

  recheck(): void {
    if (this.#options.judge.upstream() === undefined) this.drain();
  }

  /** Ends now if nothing is asked, else behind the present answer. */
  drain(): void {
    this.#draining = true;
    if (!this.#over && !this.#request && this.#requests.held.length === 0) this.#close();
  }

  cut(): void {
    if (this.#tunnel) {
      this.#tunnel.cut();
      return;
    }
    const isTorn = this.#request !== undefined;
    this.#over = true;
    this.#endFlow('cut');
    this.#dropUpstream();
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
          this.#stopHeadTimer();
          this.#begin(part.head, part.bytes);
          continue;
        case 'body':
          this.#flow?.requestBytes(part.bytes);
          this.#again = undefined;
          this.#toUpstream(part.bytes);
          if (!requests.isInBody) this.#endExchange();
          continue;
        case 'need-more':
          this.#startHeadTimer({ code: 'LG_TOO_SLOW', why: 'a request head was not whole in time' });
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
    const { judge, flows, name, nccs } = this.#options;
    this.#request = head;
    const judged = judge.request(head);
    const route = judged.is === 'route' ? judged.route : undefined;
    this.#flow = flows.begin({ name, route, nccs, head: bytes });
    if (judged.is === 'refuse') {
      this.#refuse(judged.refusal);
      return;
    }
    this.#websocketKey = websocketKey(head);
    this.#isLast = mayStayUnread(head);
    const [isWebsocket, isLast] = [this.#websocketKey !== undefined, this.#isLast];
    const edits = forwardedEdits(head, { path: judged.path, isWebsocket, isLast });
    // That the client closes is between it and the router; the connection to the server goes on.
    const hop = head.closes && head.minorVersion === 1 && !isLast ? ['connection', 'keep-alive'] : [];
    const sent = editedHead(bytes, hop.length > 0 ? { ...edits, without: [...(edits.without ?? []), ...hop] } : edits);
    this.#live = judged.upstream;
    this.#reach(judged.upstream, head, sent);
  }

  /** Finds a connection for a request: the pinned one, one that rests, or a new one. */
  #reach(live: LiveUpstream, head: RequestHead, sent: Uint8Array): void {
    const { pool, limits } = this.#options;
    const isRepeatable = repeatable.includes(head.method) && head.framing.by === 'none';
    const isPinned = this.#pinned?.live === live && this.#pinned.isUsable;
    const resting = isPinned
      ? this.#pinned
      : pool.take(this.#wanted(live), this, isRepeatable ? Number.POSITIVE_INFINITY : limits.restUnrepeatableMs);
    this.#again = resting && !isPinned && isRepeatable ? sent : undefined;
    if (resting) {
      this.#upstream = resting;
      this.#toUpstream(sent);
    } else this.#dial(live, sent);
  }

  #wanted = (live: LiveUpstream) => ({ live, group: this.#options.nccs.join(' ') });

  #dial(live: LiveUpstream, first: Uint8Array): void {
    this.#queued = [first];
    this.#client.pause();
    let isBegun = false;
    const dialling = this.#options.pool.dial(this.#wanted(live), this, (dialled) => {
      isBegun = true;
      this.#dialling = undefined;
      if (this.#over) {
        if (dialled.is === 'connected') dialled.connection.destroy();
        return;
      }
      if (dialled.is === 'refused') {
        this.#refuse(dialled.refusal);
        return;
      }
      this.#upstream = dialled.connection;
      for (const bytes of this.#queued.splice(0)) this.#toUpstream(bytes);
      if (!dialled.connection.socket.writableNeedDrain) this.#client.resume();
    });
    if (!isBegun) this.#dialling = dialling;
  }

  onUpstreamData(chunk: Buffer): void {
    if (this.#over) return;
    const responses = this.#responses;
    this.#again = undefined;
    responses.push(chunk);
    while (!this.#over && responses.held.length > 0 && this.#request) if (!this.#passAnswer(this.#request)) return;
    if (this.#over || responses.held.length === 0) return;
    // An answer that nobody asked for.
    responses.discard();
    this.#dropUpstream();
  }

  /** Passes one part of an answer on. False when there is none to pass. */
  #passAnswer(request: RequestHead): boolean {
    const part = this.#responses.next(request.method);
    switch (part.is) {
      case 'head':
        this.#stopHeadTimer();
        this.#beginAnswer(request, part.head, part.bytes);
        return true;
      case 'body':
        this.#flow?.responseBytes(part.bytes);
        this.#writeClient(part.bytes);
        if (this.#responses.isWhole) this.#answered();
        return true;
      case 'need-more':
        this.#startHeadTimer({
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
    this.#flow?.responseHead(bytes);
    if (head.status === 101) {
      this.#switch(head, bytes);
      return;
    }
    if (head.interim) {
      this.#writeClient(bytes);
      return;
    }
    this.#answerCloses = head.closes;
    if (this.#requests.isInBody) this.#isLast = true;
    if (bindsConnection(request, head)) this.#pinned = this.#upstream;
    const closesClient = (request.closes || this.#draining) && !head.closes && request.minorVersion === 1;
    this.#writeClient(closesClient ? editedHead(bytes, { add: ['Connection: close'] }) : bytes);
    if (this.#responses.isWhole) this.#answered();
  }

  /** The server changes the protocol: only to the WebSocket that it was asked for. */
  #switch(answer: ResponseHead, head: Uint8Array): void {
    const [key, upstream] = [this.#websocketKey, this.#upstream];
    const why = key === undefined ? 'the server changed the protocol without being asked' : whyNotGranted(answer, key);
    if (why !== undefined || !upstream) {
      this.#refuse({ code: 'LG_UPSTREAM_REFUSED', why: why ?? 'the server is gone' });
      return;
    }
    this.#writeClient(head);
    if (this.#responses.held.length > 0) this.#writeClient(this.#responses.held);
    this.#over = true;
    this.#upstream = undefined;
    const client = this.#client;
    client.off('data', this.#onClient).off('end', this.#onClientEnd).off('drain', this.#onClientDrain);
    client.off('error', this.#onClientError).off('close', this.#onClientClose);
    client.pause();
    const server = upstream.release();
    server.pause();
    const first = this.#requests.held;
    this.#tunnel = new Passthrough({ client, upstream: server, first }, (end) => {
      this.#endFlow(end);
      this.#done(end);
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
    this.#leaveUpstream(isReusable && this.#responses.held.length === 0);
    this.#request = undefined;
    this.#again = undefined;
    this.#responses.discard();
    if (isLast || this.#isLast || (this.#clientEnded && this.#requests.held.length === 0)) {
      this.#close();
      return;
    }
    this.#client.resume();
    this.#pass();
  }

  /** Gives the connection of an exchange back, or keeps it, or closes it. */
  #leaveUpstream(isReusable: boolean): void {
    const upstream = this.#upstream;
    this.#upstream = undefined;
    if (!upstream) return;
    if (!isReusable || !upstream.isUsable) {
      if (this.#pinned === upstream) this.#pinned = undefined;
      upstream.destroy();
    } else if (this.#pinned === upstream) {
      if (upstream.socket.isPaused()) upstream.socket.resume();
    } else this.#options.pool.rest(upstream);
  }

  #dropUpstream(): void {
    this.#dialling?.cancel();
    this.#dialling = undefined;
    const [upstream, pinned] = [this.#upstream, this.#pinned];
    this.#upstream = undefined;
    this.#pinned = undefined;
    upstream?.destroy();
    if (pinned !== upstream) pinned?.destroy();
  }

  #toUpstream(bytes: Uint8Array): void {
    if (!this.#upstream) {
      this.#queued.push(bytes);
      this.#client.pause();
    } else if (!this.#upstream.socket.write(bytes)) this.#client.pause();
  }

  #writeClient(bytes: Uint8Array): void {
    if (!this.#out.write(bytes)) this.#upstream?.socket.pause();
  }

  #onClientDrain = (): void => void this.#upstream?.socket.resume();

  onUpstreamDrain(): void {
    if (!this.#request || this.#requests.isInBody) this.#client.resume();
  }

  onUpstreamEnd(): void {
    if (this.#over) return;
    if (!this.#upstream) {
      this.#pinned = undefined; // it rested here
      return;
    }
    const [again, live] = [this.#again, this.#live];
    if (this.#responses.endsAtClose) {
      this.#responses.close();
      this.#answered();
    } else if (again && live && this.#responses.held.length === 0) {
      // The server had closed it while it rested: nothing of the request was done.
      this.#again = undefined;
      this.#upstream.destroy();
      this.#upstream = undefined;
      this.#dial(live, again);
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

  #startHeadTimer(refusal: Refusal): void {
    this.#headTimer ??= setTimeout(() => this.#refuse(refusal), this.#options.limits.openingMs);
  }

  #stopHeadTimer(): void {
    clearTimeout(this.#headTimer);
    this.#headTimer = undefined;
  }

  #endFlow(end: FlowEnd, refusal?: Refusal): void {
    this.#flow?.end(end, refusal);
    this.#flow = undefined;
  }

  /** Says why and closes; possible only while no byte of the present answer is with the client. */
  #refuse(refusal: Refusal): void {
    if (this.#over) return;
    this.#end = 'refused';
    this.#refusal = { code: refusal.code, why: refusal.why };
    this.#endFlow('refused', this.#refusal);
    if (this.#responses.hasBegun) {
      this.#abort('refused');
      return;
    }
    this.#writeClient(refusalResponse(refusal, this.#request?.method === 'HEAD'));
    this.#close();
  }

  /** Ends the client's side behind what is written; what it still sends is read and dropped for a while. */
  #close(): void {
    this.#over = true;
    this.#stopHeadTimer();
    this.#request = undefined;
    this.#dropUpstream();
    this.#out.end(this.#options.limits.refusalMs);
  }

  /** Ends a torn exchange: the client sees a reset, not an end. */
  #abort(end: CarryEnd): void {
    this.#over = true;
    if (this.#end === 'done') this.#end = end;
    this.#stopHeadTimer();
    this.#endFlow(end);
    this.#dropUpstream();
    this.#out.cut(true);
  }

  #onClientError = (): void => {
    if (!this.#over) this.#abort('client-broke');
  };

  #onClientClose = (): void => {
    if (!this.#over) this.#abort('client-broke');
    this.#stopHeadTimer();
    this.#queued = [];
    this.#done(this.#end, this.#refusal);
  };
}
