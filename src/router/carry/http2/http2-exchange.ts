import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
  sensitiveHeaders,
} from 'node:http2';
import type { Refusal } from '../../../diagnostics/index.ts';
import type { Hostname } from '../../../ir/index.ts';
import type { Flow, FlowClient, FlowEnd, FlowRecorder } from '../../flows/recorder.ts';
import type { Spent } from '../../inspect/budgets.ts';
import {
  type Http2Request,
  http2Refusal,
  queryOf,
  type RawFields,
  readHttp2Fields,
  readHttp2Head,
} from '../../protocols/http/index.ts';
import type { RouterLimits } from '../../router-limits.ts';
import type { LiveUpstream } from '../../upstreams/upstream.ts';
import { type Judge, whyEnds } from '../judge.ts';
import { BodyPump, EndOfBody } from './body.ts';
import { grouped, lengthOf, sendsTrailers, sensitiveIn, withoutDate, withoutPseudo } from './fields.ts';
import type { SessionUser, SessionWaiter, UpstreamSession } from './upstream-session.ts';

/** What an exchange needs of the connection that it is in. */
export interface ExchangeContext {
  readonly name: Hostname;
  readonly judge: Judge;
  readonly flows: FlowRecorder;
  readonly flowClient: FlowClient;
  readonly spent: Spent;
  readonly limits: Pick<RouterLimits, 'answerMs'>;
  /** Grows: bytes of bodies and fields, not compressed. */
  readonly moved: { fromClient: number; toClient: number };
  upstream(live: LiveUpstream): UpstreamSession;
  /** It is over. `isClientReset`: the client has torn it. */
  onOver(exchange: Http2Exchange, over: { readonly isClientReset: boolean }): void;
}

const { NGHTTP2_NO_ERROR, NGHTTP2_INTERNAL_ERROR, NGHTTP2_CANCEL, NGHTTP2_FLAG_END_STREAM } = constants;

/** Interim answers to one request that are passed on: they wait for no reader. */
const interimsMax = 100;

/** The third argument of events with fields, which the types of Node leave out. */
type OnFields = (fields: IncomingHttpHeaders, flags: number, raw: RawFields) => void;

/**
 * One stream of a client with the stream of its upstream. Both are streamed as fast as their readers read, ends and trailers
 * included; a reset of one side resets the other with the same code. What goes wrong before an answer has begun is answered,
 * later the stream is reset.
 */
export class Http2Exchange implements SessionWaiter, SessionUser {
  readonly #stream: ServerHttp2Stream;
  readonly #context: ExchangeContext;
  readonly #requestEnd: EndOfBody;
  #head: Http2Request | undefined;
  #path = '';
  #sensitive: readonly string[] = [];
  #flow: Flow | undefined;
  #upstream: UpstreamSession | undefined;
  #session: ClientHttp2Session | undefined;
  #asked: ClientHttp2Stream | undefined;
  #answerEnd: EndOfBody | undefined;
  #answerTimer: NodeJS.Timeout | undefined;
  #pumps: BodyPump[] = [];
  #requestTrailers: OutgoingHttpHeaders = {};
  #answerTrailers: OutgoingHttpHeaders = {};
  #interims = 0;
  #isAnswered = false;
  /** The router has ended it: what follows on both sides is its doing. */
  #isEnded = false;
  #isOver = false;

  constructor(stream: ServerHttp2Stream, context: ExchangeContext) {
    this.#stream = stream;
    this.#context = context;
    this.#requestEnd = new EndOfBody(stream, stream.endAfterHeaders);
    stream.on('error', ignore);
    stream.on('close', this.#onClientClose);
  }

  /**
   * Judges the request, and sends it on if it may go.
   *
   * @param fields As Node gives them.
   */
  begin(fields: IncomingHttpHeaders, raw: RawFields): void {
    this.#sensitive = sensitiveIn(fields);
    const { name, judge, flows, flowClient, spent, moved, upstream } = this.#context;
    moved.fromClient += lengthOf(raw);
    const head = readHttp2Head(raw);
    if (head.is === 'bad') {
      this.#refuse(head);
      return;
    }
    this.#head = head;
    const judged = judge.request(head);
    const allowed = judged.is === 'route' ? judged : undefined;
    this.#flow = flows.begin({
      ...{ client: flowClient, protocol: 'h2', name, route: judged.route, nccs: judged.nccs, head: raw },
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
    this.#path = `${judged.path}${queryOf(head)}`;
    this.#upstream = upstream(judged.upstream);
    this.#upstream.wait(this);
  }

  onUnreachable(refusal: Refusal): void {
    this.#refuse(refusal);
  }

  onSession(session: ClientHttp2Session): void {
    const head = this.#head;
    if (this.#isEnded || this.#isOver || !head || !this.#upstream) return;
    if (head.isWebsocket && !this.#upstream.takesWebsockets) {
      this.#refuse({ code: 'LG_PROTOCOL', why: 'the server takes no WebSocket over HTTP/2' });
      return;
    }
    const endStream = this.#stream.endAfterHeaders;
    try {
      const headers = this.#requestHeaders(head);
      this.#asked = session.request(headers, { endStream, waitForTrailers: !endStream });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#refuse(
        session.closed || session.destroyed
          ? { code: 'LG_UPSTREAM_REFUSED', why: 'the server closed the HTTP/2 connection' }
          : { code: 'LG_PROTOCOL', why: `the request cannot be written: ${why}` },
      );
      return;
    }
    this.#session = session;
    const isReused = this.#upstream.streamBegun(this);
    if (this.#upstream.flowUpstream) this.#flow?.upstream(this.#upstream.flowUpstream, isReused);
    this.#carry(this.#asked, this.#upstream);
  }

  /** Whether it is carried by this connection to its upstream. */
  isOn(upstream: UpstreamSession): boolean {
    return this.#upstream === upstream;
  }

  /** Rights have changed: a WebSocket ends with the right to it. Everything else has an end of its own. */
  recheck(): void {
    const head = this.#head;
    const refusal = head?.isWebsocket && whyEnds(this.#context.judge, head);
    if (refusal) this.#refuse(refusal);
  }

  /** Ends it now; both sides see a reset. */
  cut(end: FlowEnd = 'cut'): void {
    this.#endFlow(end);
    this.#reset(NGHTTP2_CANCEL);
  }

  #requestHeaders({ method, authority, fields, isWebsocket }: Http2Request): OutgoingHttpHeaders {
    return {
      ':method': method,
      ':scheme': 'https',
      ':authority': authority,
      ':path': this.#path,
      ...(isWebsocket && { ':protocol': 'websocket' }),
      ...grouped(fields),
      [sensitiveHeaders]: this.#sensitive,
    };
  }

  #carry(asked: ClientHttp2Stream, upstream: UpstreamSession): void {
    const stream = this.#stream;
    const { moved } = this.#context;
    const answerEnd = new EndOfBody(asked, false);
    this.#answerEnd = answerEnd;
    asked.on('error', ignore);
    asked.once('close', () => {
      upstream.streamDone(this);
      this.#onServerClose(asked);
    });
    const onInterim: OnFields = (fields, _flags, raw) => this.#onInterim(fields, raw);
    const onResponse: OnFields = (fields, flags, raw) => this.#onResponse(fields, flags, raw);
    asked.on('headers', onInterim);
    asked.once('response', onResponse);
    if (stream.endAfterHeaders) {
      this.#startAnswerTimer();
      return;
    }
    const onRequestTrailers: OnFields = (_fields, _flags, raw) => {
      const trailers = readHttp2Fields(raw);
      if ('is' in trailers) this.#tear('client-broke', NGHTTP2_INTERNAL_ERROR);
      else this.#requestTrailers = grouped(trailers);
    };
    stream.on('trailers', onRequestTrailers);
    asked.once('wantTrailers', () => {
      if (!sendsTrailers(asked, this.#requestTrailers)) this.#tear('client-broke', NGHTTP2_INTERNAL_ERROR);
    });
    const onChunk = (chunk: Buffer): void => {
      moved.fromClient += chunk.length;
      this.#flow?.requestBytes(chunk);
    };
    stream.once('end', () => {
      if (this.#requestEnd.isWhole) {
        asked.end();
        this.#startAnswerTimer();
      } else asked.close(stream.rstCode || NGHTTP2_CANCEL);
    });
    this.#pumps.push(new BodyPump({ from: stream, to: asked }, onChunk, this.#buffers));
  }

  #onInterim(fields: IncomingHttpHeaders, raw: RawFields): void {
    const stream = this.#stream;
    const read = readHttp2Fields(withoutPseudo(raw));
    const status = fields[':status'];
    if ('is' in read || status === undefined || stream.closed || stream.destroyed || stream.headersSent) return;
    this.#interims += 1;
    if (this.#interims > interimsMax) return;
    this.#flow?.responseHead(Number(status), raw);
    try {
      stream.additionalHeaders({ ':status': status, ...grouped(read) });
    } catch {
      // A client need not have it, and gets the answer that follows.
    }
  }

  #onResponse(fields: IncomingHttpHeaders, flags: number, raw: RawFields): void {
    const [stream, asked, answerEnd] = [this.#stream, this.#asked, this.#answerEnd];
    this.#stopAnswerTimer();
    if (this.#isEnded || stream.closed || stream.destroyed || !asked || !answerEnd) return;
    const status = fields[':status'] ?? 0;
    const read = readHttp2Fields(withoutPseudo(raw));
    if ('is' in read) {
      this.#refuse({ code: 'LG_UPSTREAM_REFUSED', why: `the server’s answer cannot be passed on: ${read.why}` });
      return;
    }
    const { moved } = this.#context;
    moved.toClient += lengthOf(raw);
    this.#flow?.responseHead(Number(status), raw);
    this.#isAnswered = true;
    const endStream = (flags & NGHTTP2_FLAG_END_STREAM) !== 0;
    if (endStream) answerEnd.isWhole = true;
    try {
      const answer = { ':status': status, ...grouped(read), [sensitiveHeaders]: sensitiveIn(fields) };
      stream.respond(answer, { endStream, waitForTrailers: !endStream, ...withoutDate });
    } catch {
      this.#tear('upstream-broke', NGHTTP2_INTERNAL_ERROR);
      return;
    }
    if (stream.writableEnded) {
      asked.resume(); // no body can follow, whatever the server sends
      return;
    }
    const onTrailers: OnFields = (_fields, _flags, rawTrailers) => {
      const trailers = readHttp2Fields(rawTrailers);
      if ('is' in trailers) this.#tear('upstream-broke', NGHTTP2_INTERNAL_ERROR);
      else {
        this.#flow?.responseTrailers(rawTrailers);
        this.#answerTrailers = grouped(trailers);
      }
    };
    asked.on('trailers', onTrailers);
    stream.once('wantTrailers', () => {
      if (!sendsTrailers(stream, this.#answerTrailers)) this.#tear('upstream-broke', NGHTTP2_INTERNAL_ERROR);
    });
    asked.once('end', () => {
      if (answerEnd.isWhole && !stream.destroyed) stream.end();
      else this.#tear('upstream-broke', asked.rstCode || NGHTTP2_INTERNAL_ERROR);
    });
    const onChunk = (chunk: Buffer): void => {
      moved.toClient += chunk.length;
      this.#flow?.responseBytes(chunk);
    };
    this.#pumps.push(new BodyPump({ from: asked, to: stream }, onChunk, this.#buffers));
  }

  onServerEnd(): void {
    const asked = this.#asked;
    if (asked && !this.#answerEnd?.isWhole) this.#onServerClose(asked);
  }

  #buffers = (bytes: number): void => {
    const { spent } = this.#context;
    spent.buffers(bytes);
    const refusal = bytes > 0 ? spent.bytesRefusal() : undefined;
    if (refusal) this.#refuse(refusal);
  };

  /** The server's stream is over: in order if its answer was whole. */
  #onServerClose(asked: ClientHttp2Stream): void {
    this.#stopAnswerTimer();
    if (this.#isEnded || this.#isOver || this.#answerEnd?.isWhole) return;
    if (!this.#isAnswered && (this.#session?.destroyed || this.#session?.closed)) {
      this.#refuse({
        code: 'LG_UPSTREAM_REFUSED',
        why: 'the server closed the HTTP/2 connection instead of answering',
      });
      return;
    }
    this.#tear('upstream-broke', asked.rstCode || NGHTTP2_INTERNAL_ERROR);
  }

  /** The client's stream is over: in order if the answer was whole and nobody reset it. */
  #onClientClose = (): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopAnswerTimer();
    for (const pump of this.#pumps.splice(0)) pump.stop();
    this.#upstream?.leave(this);
    const { rstCode } = this.#stream;
    const isWhole = this.#answerEnd?.isWhole === true && rstCode === NGHTTP2_NO_ERROR;
    this.#endFlow(isWhole ? 'done' : 'client-broke');
    const asked = this.#asked;
    // What is whole ends by itself.
    if (asked && !asked.closed && !(isWhole && this.#requestEnd.isWhole)) asked.close(rstCode || NGHTTP2_CANCEL);
    this.#context.onOver(this, { isClientReset: !this.#isEnded && !isWhole });
  };

  /** Answers with a refusal where no answer has begun. */
  #refuse(refusal: Refusal): void {
    if (this.#isEnded || this.#isOver) return;
    const { code, why } = refusal;
    const stream = this.#stream;
    if (this.#isAnswered || stream.headersSent || stream.closed || stream.destroyed) {
      this.#endFlow('refused', { code, why });
      this.#reset(NGHTTP2_INTERNAL_ERROR);
      return;
    }
    this.#isEnded = true;
    this.#stopAnswerTimer();
    if (this.#asked && !this.#asked.closed) this.#asked.close(NGHTTP2_CANCEL);
    const isHead = this.#head?.method === 'HEAD';
    const { status, fields, body } = http2Refusal({ code, why }, { isGrpc: this.#head?.isGrpc === true, isHead });
    this.#flow?.responseHead(status, [':status', String(status), ...Object.entries(fields).flat()]);
    stream.respond({ ':status': status, ...fields }, { endStream: body === undefined, ...withoutDate });
    if (body !== undefined) {
      this.#context.moved.toClient += body.length;
      this.#flow?.responseBytes(body);
      stream.end(body);
    }
    this.#endFlow('refused', { code, why });
    stream.resume();
    // The client need not send what is left of its body.
    if (!this.#requestEnd.isWhole) stream.close(NGHTTP2_NO_ERROR);
  }

  #tear(end: FlowEnd, code: number): void {
    if (this.#isEnded) return;
    this.#endFlow(end);
    this.#reset(code);
  }

  #reset(code: number): void {
    this.#isEnded = true;
    this.#stopAnswerTimer();
    if (!this.#stream.closed) this.#stream.close(code);
    if (this.#asked && !this.#asked.closed) this.#asked.close(NGHTTP2_CANCEL);
  }

  #endFlow(end: FlowEnd, refusal?: Refusal): void {
    this.#flow?.end(end, refusal);
    this.#flow = undefined;
  }

  #startAnswerTimer(): void {
    const { answerMs } = this.#context.limits;
    if (this.#isAnswered || this.#isOver) return;
    this.#answerTimer ??= setTimeout(
      () => this.#refuse({ code: 'LG_UPSTREAM_TIMEOUT', why: `the server did not answer within ${answerMs} ms` }),
      answerMs,
    );
  }

  #stopAnswerTimer(): void {
    clearTimeout(this.#answerTimer);
    this.#answerTimer = undefined;
  }
}

const ignore = (): void => {};
