import type { Socket } from 'node:net';
import type { Refusal } from '../diagnostics/index.ts';
import { passingRefusals } from '../diagnostics/index.ts';
import type { EndpointId, IpAddress, Route } from '../ir/index.ts';
import { decide, whyRefused } from '../routing/index.ts';
import type { CarriedBytes, Carrier, CarryDone } from './carry/carrier.ts';
import type { Rights } from './carry/judge.ts';
import { prepareCarrier } from './carry/prepare.ts';
import { type ConnectionEvent, type EndReason, eventOf } from './flows/event.ts';
import { type FlowRecorder, flowClientOf } from './flows/recorder.ts';
import type { Inspection } from './inspect/inspection.ts';
import type { LiveListener } from './listener.ts';
import { type Histogram, observe } from './metrics.ts';
import { identify, nccsOf, type ProxyIdentity } from './opening/identity.ts';
import { OpeningBuffer, type ReadEnd } from './opening/opening-buffer.ts';
import type { Openings } from './opening/openings.ts';
import { openingOf, type Protocols } from './opening/protocols.ts';
import type { Opened } from './protocols/opening.ts';
import type { ServerAddress } from './protocols/protocol.ts';
import { type RefusalStyle, silent } from './protocols/refusal-style.ts';
import type { RouterLimits } from './router-limits.ts';
import { reset } from './socket-ends.ts';
import type { DialResult, PendingDial } from './upstreams/dial.ts';
import { exchange } from './upstreams/exchange.ts';
import type { LiveUpstream } from './upstreams/upstream.ts';

/** How the opening of a connection ended, when it did not end at an upstream. */
type Stop = { readonly end: 'no-data' | 'cancel' | 'client-broke' } | RefusedStop;

interface RefusedStop {
  readonly end: 'refused';
  readonly refusal: Refusal;
  /** `reset`: the client would take anything that it is told for final. */
  readonly style: RefusalStyle | 'reset';
}

/** A connection that is decided, and what carries it. */
interface Carried {
  readonly buffer: OpeningBuffer;
  readonly opened: Opened;
  readonly route: Route;
  /** Where its bytes go, if all go to one place. */
  readonly at?: ServerAddress;
  readonly start: (first: Uint8Array, done: CarryDone) => Carrier;
}

/** What a connection needs of the engine around it. */
export interface Engine {
  readonly limits: RouterLimits;
  readonly now: () => number;
  readonly note: (sentence: string) => void;
  readonly trusts: (address: string | undefined) => boolean;
  /** Endpoint → NCC. */
  readonly policy: ReadonlyMap<string, string>;
  readonly draining: boolean;
  readonly protocols: Protocols;
  /** Absent: nothing can be inspected. */
  readonly inspection: Inspection | undefined;
  readonly flows: FlowRecorder;
  readonly openings: Openings;
  readonly openingMs: Histogram;
  readonly dialMs: Histogram;
  started(connection: Connection): void;
  /** The connection is over. */
  finished(connection: Connection, listener: LiveListener, event: ConnectionEvent): void;
}

/**
 * One client connection from accept to its log line: identity, opening, route, upstream, relay. Every way out goes
 * through `#finish`, once.
 */
export class Connection {
  readonly client: Socket;
  /** Route it was given; it keeps it through reloads. */
  route: Route | undefined;
  endpoint: EndpointId | undefined;
  /** `address` of the upstream while connected to one. */
  upstreamAddress: IpAddress | undefined;
  /** Set once it is at its upstream, and kept. */
  carrier: Carrier | undefined;
  /** The upstream it counts for. */
  live: LiveUpstream | undefined;
  upstream: Socket | undefined;
  /** Bytes both ways at the last look, and when that was; for the idle sweep. */
  seenBytes = 0;
  seenMs: number;
  readonly #engine: Engine;
  readonly #listener: LiveListener;
  readonly #startMs: number;
  readonly #startedAt = Date.now();
  readonly #peer: string;
  #buffer: OpeningBuffer | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #dialling: PendingDial | undefined;
  /** Bytes of the client that were read before a carrier took over, or after it was refused. */
  #openingBytes = 0;
  /** Bytes that the router itself has written to the client. */
  #writtenBytes = 0;
  #identity: ProxyIdentity = { headerBytes: 0 };
  #opened: Opened | undefined;
  /** Called at the end of a carried connection. */
  #onOver: (() => void) | undefined;
  /** Gives its place among the openings of its NCC back. */
  #openingOver: (() => void) | undefined;
  #finished = false;
  #cut: EndReason | undefined;

  constructor(engine: Engine, listener: LiveListener, client: Socket) {
    this.#engine = engine;
    this.#listener = listener;
    this.client = client;
    this.#startMs = engine.now();
    this.seenMs = this.#startMs;
    this.#peer = `${client.remoteAddress}:${client.remotePort}`;
  }

  /** Starts; the rest follows from events. */
  start(): void {
    const { client } = this;
    client.on('error', ignore);
    this.#engine.started(this);
    if (!this.#engine.trusts(client.remoteAddress)) {
      this.#stop({
        end: 'refused',
        refusal: { code: 'LG_NO_IDENTITY', why: `${this.#peer} is in no trusted network` },
        style: silent,
      });
      return;
    }
    this.#buffer = new OpeningBuffer(client);
    client.once('close', this.#onEarlyClose);
    // After a pause of the whole process, timers come before what the kernel holds: look at that first.
    this.#deadline = setTimeout(() => setImmediate(this.#onDeadline), this.#engine.limits.openingMs);
    this.#open().then(
      (stop) => {
        if (stop) this.#stop(stop);
      },
      (error: unknown) => {
        this.#engine.note(`a fault of the router ended a connection: ${error instanceof Error ? error.stack : error}`);
        this.#stop({ end: 'client-broke' });
      },
    );
  }

  /** Routes or grants have changed. */
  recheck(): void {
    this.carrier?.recheck();
  }

  /** The upstream's name has these addresses now, and connections to others are to end. */
  moved(upstream: LiveUpstream, addresses: readonly IpAddress[]): void {
    const { carrier, live, upstreamAddress } = this;
    if (!carrier) return;
    const isElsewhere = live === upstream && upstreamAddress !== undefined && !addresses.includes(upstreamAddress);
    if (isElsewhere || carrier.moved?.(upstream, addresses)) this.cut('moved');
  }

  /** The router shuts down: what is between two requests can end now. */
  drain(): void {
    this.carrier?.drain();
  }

  /** Closes it now, for a reason that is not its own. */
  cut(reason: 'drained' | 'idle' | 'moved'): void {
    this.#cut ??= reason;
    if (this.carrier) {
      this.carrier.cut();
      return;
    }
    this.upstream?.destroy();
    this.client.destroy();
  }

  async #open(): Promise<Stop | undefined> {
    const buffer = this.#buffer;
    if (!buffer) return undefined;
    const identified = await identify(buffer, this.#listener.listener, this.#engine.policy);
    if (identified.is === 'ended') return this.#ended(buffer, identified.end, silent, 'the PROXY header');
    this.#identity = identified.identity;
    if (identified.is === 'health-check') return { end: 'no-data' };
    this.endpoint = identified.identity.endpoint;
    const over = this.#tooManyOpenings(identified.identity);
    if (over) return over;
    const opened = await this.#readOpening(buffer);
    if ('end' in opened)
      return identified.is === 'unidentified' && opened.end === 'refused'
        ? { ...opened, refusal: identified.refusal }
        : opened;
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    this.#opened = opened;
    observe(this.#engine.openingMs, this.#engine.now() - this.#startMs);
    if (identified.is === 'unidentified') return this.#refused(opened, identified.refusal);

    const { routes } = this.#listener;
    const now = nccsOf(this.#identity, routes.table.listener, this.#engine.policy);
    if (now.is === 'unidentified') return this.#refused(opened, now.refusal);
    const { nccs } = now;
    this.#identity = now.identity;
    const decision = decide(routes.table, opened.claim, nccs);
    if (decision.is === 'refuse') {
      const why = whyRefused(decision, { table: routes.table, claim: opened.claim, nccs });
      return this.#refused(opened, { code: decision.code, why });
    }
    const { route } = decision;
    this.route = route;
    const { limits, draining, inspection } = this.#engine;
    const live = routes.upstreams.get(route.action.upstream);
    if (!live) throw new Error(`route ${route.key} has no upstream`); // checked plans have one
    const { request } = opened;
    const prepared = prepareCarrier({
      ...{ route, rights: this.#rights, upstream: live, request, limits, inspection },
      flows: this.#engine.flows,
      flowClient: flowClientOf(this.#listener.key, this.#identity),
    });
    if (prepared.refusal) return this.#refused(opened, prepared.refusal);
    if (draining) return this.#refused(opened, { code: 'LG_DRAINING', why: 'this router is shutting down' });
    if (this.#listener.isClosed)
      return this.#refused(opened, { code: 'LG_DRAINING', why: 'a reload has removed this listener' });
    if (prepared.waitsFor === 'client') {
      const { client } = this;
      this.#carry({ buffer, opened, route, start: (first, done) => prepared.start({ client, first }, done) });
      return undefined;
    }
    const refusal = live.refusal();
    if (refusal) return this.#refused(opened, refusal);
    live.open += 1;
    this.live = live;

    const dialled = await this.#dial(live);
    if (dialled.is === 'refused') return this.#refused(opened, dialled);
    this.upstream = dialled.socket;
    this.upstreamAddress = dialled.address;
    dialled.socket.on('error', ignore);
    if (opened.prelude) {
      const exchanged = await exchange(dialled.socket, opened.prelude(live), limits.dialMs);
      if (exchanged.is === 'refused') return this.#refused(opened, exchanged.refusal);
    }
    if (this.client.destroyed) return { end: 'client-broke' };
    const at = { address: dialled.address, port: live.plan.port };
    const { client } = this;
    const start: Carried['start'] = (first, done) => prepared.start({ client, upstream: dialled.socket, first }, done);
    this.#carry({ buffer, opened, route, at, start });
    return undefined;
  }

  #tooManyOpenings({ ncc }: ProxyIdentity): Stop | undefined {
    const { listener } = this.#listener;
    if (listener.identity.by === 'listener') return undefined; // the listener counts
    this.#openingOver = this.#engine.openings.take(ncc ?? '');
    if (this.#openingOver) return undefined;
    const whose = ncc === undefined ? 'clients of no NCC' : `clients of NCC ${ncc}`;
    const why = `${whose} have ${this.#engine.limits.openingsPerNcc} connections already that are not open yet`;
    return { end: 'refused', refusal: { code: 'LG_OVER_LIMIT', why }, style: 'reset' };
  }

  #refused({ style }: Opened, refusal: Refusal): Stop {
    const isReset = this.route?.action.unavailable === 'reset' && passingRefusals.has(refusal.code);
    return { end: 'refused', refusal, style: isReset ? 'reset' : style };
  }

  /** What the client may do now. */
  #rights = (): Rights => {
    const { routes, isClosed } = this.#listener;
    if (isClosed && !this.#engine.draining)
      return { is: 'refuse', refusal: { code: 'LG_DRAINING', why: 'a reload has removed this listener' } };
    const now = nccsOf(this.#identity, routes.table.listener, this.#engine.policy);
    return now.is === 'unidentified'
      ? { is: 'refuse', refusal: now.refusal }
      : { is: 'rights', routes, nccs: now.nccs };
  };

  /** Whoever it is the same for may act on each other's connections. */
  get #owner(): string {
    return this.endpoint ?? this.#listener.key;
  }

  /** Reads on until it is known what the client wants. */
  async #readOpening(buffer: OpeningBuffer): Promise<Opened | Stop> {
    const { table, upstreams } = this.#listener.routes;
    const { openingBytes } = this.#engine.limits;
    const client = { owner: this.#owner, listener: table.listener, servers: upstreams };
    const opening = openingOf(this.#engine.protocols, client);
    for (;;) {
      const next = opening.next(buffer.view);
      const step = next.is === 'wait' ? await next.until : next;
      switch (step.is) {
        case 'need-more': {
          if (step.atLeast + buffer.skipped > openingBytes)
            return {
              end: 'refused',
              refusal: { code: 'LG_TOO_BIG', why: `the opening needs more than ${openingBytes} bytes` },
              style: step.style,
            };
          const ended = await buffer.atLeast(step.atLeast);
          if (ended) return this.#ended(buffer, ended, step.style, 'the opening');
          continue;
        }
        case 'say':
          this.#write(step.bytes);
          continue;
        case 'end':
          return { end: step.end };
        case 'refuse':
          return { end: 'refused', refusal: step.refusal, style: step.style };
        case 'opened':
          return step;
        default:
          return step satisfies never;
      }
    }
  }

  #ended(buffer: OpeningBuffer, ended: ReadEnd, style: RefusalStyle, what: string): Stop {
    if (ended === 'aborted') return { end: 'client-broke' };
    if (buffer.length === 0 && this.#identity.headerBytes === 0 && ended === 'ended') return { end: 'no-data' };
    const { openingMs } = this.#engine.limits;
    return {
      end: 'refused',
      refusal:
        ended === 'deadline'
          ? { code: 'LG_TOO_SLOW', why: `${what} was not complete after ${openingMs} ms` }
          : { code: 'LG_PROTOCOL', why: `the client ended before ${what} was complete` },
      style,
    };
  }

  #dial(live: LiveUpstream): Promise<DialResult> {
    const start = this.#engine.now();
    return new Promise((resolve) => {
      this.#dialling = live.connect((result) => {
        this.#dialling = undefined;
        observe(this.#engine.dialMs, this.#engine.now() - start);
        resolve(result);
      });
    });
  }

  #carry({ buffer, opened, route, at, start }: Carried): void {
    const read = this.#release(buffer);
    this.#listener.opening -= 1;
    this.#openingOver?.();
    this.client.off('close', this.#onEarlyClose);
    this.#listener.counts.carried += 1;
    if (at && route.match.by === 'name')
      this.#onOver = this.#engine.protocols[route.match.speech].carried?.(this.#owner, at);
    const rest = opened.startsAt > 0 ? read.subarray(opened.startsAt) : read;
    const first = opened.replacement ? Buffer.concat([opened.replacement, rest]) : rest;
    this.carrier = start(first, (end, refusal) => this.#finish(this.#cut ?? end, refusal));
  }

  /** Ends the reading of the opening: what was read counts, and is handed over. */
  #release(buffer: OpeningBuffer): Buffer {
    const read = buffer.release();
    this.#buffer = undefined;
    this.#openingBytes += read.length;
    return read;
  }

  #write(bytes: Uint8Array): void {
    this.#writtenBytes += bytes.length;
    this.client.write(bytes);
  }

  /** Says why, as far as the client's protocol can, and closes. */
  #stop(stop: Stop): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    const { client } = this;
    this.upstream?.destroy();
    const refused = stop.end === 'refused' ? stop : undefined;
    const lastBytes = refused && refused.style !== 'reset' ? refused.style(refused.refusal) : undefined;
    if (this.#buffer) this.#release(this.#buffer);
    client.off('close', this.#onEarlyClose);
    const end = stop.end;
    if (client.destroyed || !lastBytes || lastBytes.length === 0) {
      if (refused?.style === 'reset') reset(client);
      else client.destroy();
      this.#finish(this.#cut ?? end, refused?.refusal);
      return;
    }
    // What the client still sends is read and dropped: closing over unread bytes would reset the connection, and a
    // reset overtakes the refusal.
    const last = setTimeout(() => client.destroy(), this.#engine.limits.refusalMs);
    client.once('close', () => {
      clearTimeout(last);
      this.#finish(this.#cut ?? end, refused?.refusal);
    });
    client.on('data', (chunk: Buffer) => {
      this.#openingBytes += chunk.length;
    });
    client.once('end', () => client.destroySoon());
    this.#writtenBytes += lastBytes.length;
    client.end(lastBytes);
    if (client.readableEnded) client.destroySoon();
    else client.resume();
  }

  #onDeadline = (): void => {
    if (this.#deadline) this.#buffer?.expire();
  };

  /** The client went away while an upstream was sought. */
  #onEarlyClose = (): void => {
    this.#dialling?.cancel();
    if (this.#dialling) this.#stop({ end: 'client-broke' });
  };

  #finish(end: EndReason, refusal: Refusal | undefined): void {
    if (this.#finished) return;
    this.#finished = true;
    if (!this.carrier) this.#listener.opening -= 1;
    this.#openingOver?.();
    this.#buffer = undefined;
    if (this.live) this.live.open -= 1;
    this.#onOver?.();
    const carried = this.carrier?.bytes() ?? nothingCarried;
    const event = eventOf({
      startMs: this.#startedAt,
      durationMs: Math.round(this.#engine.now() - this.#startMs),
      listener: this.#listener.key,
      peer: this.#peer,
      identity: this.#identity,
      claim: this.#opened?.claim,
      route: this.route,
      upstream: this.upstreamAddress && this.live && { address: this.upstreamAddress, port: this.live.plan.port },
      bytesIn: this.#openingBytes + carried.fromClient,
      bytesOut: this.#writtenBytes + carried.toClient,
      end,
      refusal,
      notes: this.#opened?.notes ?? [],
    });
    this.#engine.finished(this, this.#listener, event);
  }
}

const nothingCarried: CarriedBytes = { fromClient: 0, toClient: 0 };

const ignore = (): void => {};
