import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Refusal } from '../../../diagnostics/index.ts';
import type { Hostname, IpAddress } from '../../../ir/index.ts';
import type { FlowClient, FlowRecorder } from '../../flows/recorder.ts';
import type { Spent } from '../../inspect/budgets.ts';
import type { Inspection } from '../../inspect/inspection.ts';
import { TokenBucket } from '../../inspect/token-bucket.ts';
import type { Secured } from '../../inspect/upstream-pool.ts';
import type { RouterLimits } from '../../router-limits.ts';
import { reset } from '../../socket-ends.ts';
import type { LiveUpstream } from '../../upstreams/upstream.ts';
import type { CarriedBytes, Carrier, CarryDone, CarryEnd } from '../carrier.ts';
import type { Judge } from '../judge.ts';
import { type ExchangeContext, Http2Exchange } from './http2-exchange.ts';
import { sessionOptions, widen } from './session-options.ts';
import { UpstreamSession } from './upstream-session.ts';

export interface InspectedHttp2Options {
  readonly name: Hostname;
  readonly judge: Judge;
  readonly inspection: Pick<Inspection, 'pool' | 'protocols' | 'now'>;
  readonly flows: FlowRecorder;
  readonly flowClient: FlowClient;
  readonly spent: Spent;
  /** Connections to upstreams in which they were asked what they speak. */
  readonly opened: readonly Secured[];
  readonly limits: RouterLimits;
}

/**
 * Carries the HTTP/2 inside a client's TLS, stream by stream: each request is decided by the rights of its moment, and goes
 * on the connection that this client has to the upstream of its route. What is refused ends its stream alone. The
 * connection ends with a GOAWAY, and what is torn with a reset.
 */
export class InspectedHttp2 implements Carrier {
  readonly #secure: TLSSocket;
  readonly #session: ServerHttp2Session;
  readonly #options: InspectedHttp2Options;
  readonly #done: CarryDone;
  readonly #exchanges = new Set<Http2Exchange>();
  readonly #upstreams = new Map<LiveUpstream, UpstreamSession>();
  /** Those that end behind what is under way. */
  readonly #leaving = new Set<UpstreamSession>();
  readonly #context: ExchangeContext;
  readonly #control: TokenBucket;
  readonly #idle: NodeJS.Timeout;
  #takesWebsockets = false;
  #end: CarryEnd = 'done';
  #refusal: Refusal | undefined;
  #isOver = false;

  /** Begins at once. */
  constructor(secure: TLSSocket, options: InspectedHttp2Options, done: CarryDone) {
    this.#secure = secure;
    this.#options = options;
    this.#done = done;
    const { name, judge, flows, flowClient, spent, limits, inspection } = options;
    this.#control = new TokenBucket(limits.controlFramesPerSecond, inspection.now);
    this.#context = {
      ...{ name, judge, flows, flowClient, spent, limits },
      moved: { fromClient: 0, toClient: 0 },
      upstream: (live) => this.#upstreamOf(live),
      onOver: (exchange, { isClientReset }) => this.#onOver(exchange, isClientReset),
    };
    // Goes on through streams: to set it anew costs less than to stop it.
    this.#idle = setTimeout(() => {
      if (this.#exchanges.size === 0) this.drain();
    }, limits.betweenRequestsMs);
    this.#takesWebsockets = inspection.protocols.takeWebsockets(judge.upstreams());
    const session = performServerHandshake(secure, sessionOptions.client(limits, this.#takesWebsockets));
    this.#session = session;
    widen(session);
    session.on('stream', this.#onStream);
    session.on('ping', this.#onControl);
    session.on('remoteSettings', this.#onControl);
    session.on('error', this.#onError);
    session.once('close', this.#onClose);
    // A client that sends no more does not read either.
    secure.once('end', () => session.destroy());
    for (const opened of options.opened) this.#upstreams.set(opened.live, this.#connect(opened.live, opened));
  }

  bytes(): CarriedBytes {
    return { ...this.#context.moved };
  }

  get isHalfClosed(): boolean {
    return false;
  }

  /** A connection whose name is gone gets a GOAWAY; connections to upstreams that no request may reach end. */
  recheck(): void {
    for (const exchange of [...this.#exchanges]) exchange.recheck();
    const upstreams = this.#options.judge.upstreams();
    if (upstreams.length === 0) this.drain();
    for (const [live, session] of [...this.#upstreams]) if (!upstreams.includes(live)) session.close();
  }

  /** A GOAWAY: it ends behind the streams that are under way. */
  drain(): void {
    if (!this.#session.closed && !this.#session.destroyed) this.#session.close();
    if (this.#exchanges.size === 0) this.#linger();
  }

  cut(): void {
    this.#isOver = true;
    const isTorn = this.#exchanges.size > 0;
    for (const exchange of [...this.#exchanges]) exchange.cut();
    for (const upstream of this.#allUpstreams()) upstream.destroy();
    if (isTorn) reset(this.#secure);
    else this.#secure.destroy();
  }

  /** The streams with it are reset; the client's connection goes on. */
  moved(live: LiveUpstream, addresses: readonly IpAddress[]): boolean {
    for (const upstream of this.#allUpstreams()) {
      if (upstream.live !== live || !upstream.address || addresses.includes(upstream.address)) continue;
      for (const exchange of [...this.#exchanges]) if (exchange.isOn(upstream)) exchange.cut();
      upstream.destroy();
    }
    return false;
  }

  #onStream = (
    stream: ServerHttp2Stream,
    fields: IncomingHttpHeaders,
    _flags: number,
    raw: readonly string[],
  ): void => {
    this.#options.spent.streamBegun();
    const exchange = new Http2Exchange(stream, this.#context);
    this.#exchanges.add(exchange);
    exchange.begin(fields, raw);
  };

  #onOver(exchange: Http2Exchange, isClientReset: boolean): void {
    if (!this.#exchanges.delete(exchange)) return;
    const { spent } = this.#options;
    spent.streamDone();
    if (isClientReset) this.#onReset();
    if (this.#exchanges.size > 0 || this.#isOver) return;
    if (this.#session.closed) this.#linger();
    else this.#idle.refresh();
  }

  #onReset(): void {
    if (!this.#session.destroyed) {
      if (!this.#options.spent.mayReset()) this.#flood('resets streams too often');
    } else if (!this.#isOver && this.#end === 'done') this.#end = 'client-broke';
  }

  #onControl = (): void => {
    if (!this.#control.take()) this.#flood('sends too many SETTINGS or PING frames');
  };

  #flood(what: string): void {
    if (this.#isOver || this.#session.destroyed) return;
    this.#end = 'refused';
    this.#refusal = { code: 'LG_OVER_LIMIT', why: `the client ${what}` };
    // A number in place of the error: behind `undefined` Node takes no code.
    this.#session.destroy(constants.NGHTTP2_ENHANCE_YOUR_CALM as unknown as Error);
  }

  #upstreamOf(live: LiveUpstream): UpstreamSession {
    const known = this.#upstreams.get(live);
    if (known) return known;
    const made = this.#connect(live);
    if (!made.isGone) this.#upstreams.set(live, made);
    return made;
  }

  #connect(live: LiveUpstream, opened?: Secured): UpstreamSession {
    const { inspection, limits } = this.#options;
    const { pool, protocols } = inspection;
    return new UpstreamSession({
      ...{ live, pool, protocols, settingsMs: limits.dialMs, lingerMs: limits.refusalMs },
      ...(opened && { opened }),
      onOpen: (session) => {
        protocols.noteWebsockets(live, session.takesWebsockets);
        this.#offerWebsockets();
      },
      onGone: (session) => {
        if (this.#upstreams.get(live) === session) this.#upstreams.delete(live);
        this.#leaving.add(session);
      },
      onClosed: (session) => this.#leaving.delete(session),
    });
  }

  /** Once all upstreams of the client are known to take them. A client may be told later, never taken back. */
  #offerWebsockets(): void {
    const { judge, inspection } = this.#options;
    if (this.#takesWebsockets || this.#session.destroyed || this.#session.closed) return;
    if (!inspection.protocols.takeWebsockets(judge.upstreams())) return;
    this.#takesWebsockets = true;
    this.#session.settings({ enableConnectProtocol: true });
  }

  #allUpstreams(): readonly UpstreamSession[] {
    return [...this.#upstreams.values(), ...this.#leaving];
  }

  /** The client is left when it does not close behind the last stream. */
  #linger(): void {
    const timer = setTimeout(() => this.#secure.destroy(), this.#options.limits.refusalMs);
    this.#secure.once('close', () => clearTimeout(timer));
  }

  #onError = (error: NodeJS.ErrnoException): void => {
    if (this.#end !== 'done' || this.#isOver) return;
    if (error.code !== 'ERR_HTTP2_ERROR') {
      this.#end = 'client-broke';
      return;
    }
    this.#end = 'refused';
    this.#refusal = { code: 'LG_PROTOCOL', why: `the client broke a rule of HTTP/2 (${error.message})` };
  };

  #onClose = (): void => {
    this.#isOver = true;
    clearTimeout(this.#idle);
    if (this.#end === 'done' && this.#exchanges.size > 0) this.#end = 'client-broke';
    for (const exchange of [...this.#exchanges]) exchange.cut('client-broke');
    for (const upstream of this.#allUpstreams()) upstream.destroy();
    this.#secure.destroy();
    this.#done(this.#end, this.#refusal);
  };
}
