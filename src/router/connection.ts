import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Refusal } from '../diagnostics/index.ts';
import { passingRefusals } from '../diagnostics/index.ts';
import type { EndpointId, IpAddress, Route } from '../ir/index.ts';
import { decide, whyRefused } from '../routing/index.ts';
import type { CarriedBytes, Carrier } from './carry/carrier.ts';
import { type PreparedCarrier, prepareCarrier } from './carry/prepare.ts';
import type { ConnectionEvent, EndReason } from './flows/event.ts';
import type { RouterLimits } from './limits.ts';
import type { LiveListener } from './listener.ts';
import { type Histogram, observe } from './metrics.ts';
import { Gathered, type ReadEnd } from './opening/gathered.ts';
import { identify, type Said } from './opening/identity.ts';
import { mysqlStep } from './opening/mysql-step.ts';
import { type AskedStep, nextStep } from './opening/step.ts';
import { encodeGreeting, speaksTls } from './protocols/mysql/index.ts';
import { refusalBytes, type Voice } from './protocols/refusal.ts';
import type { Dialled, Dialling } from './upstreams/dial.ts';
import { type Greetings, readGreeting } from './upstreams/mysql-greeting.ts';
import { askForTls } from './upstreams/postgres-tls.ts';
import type { LiveUpstream } from './upstreams/upstream.ts';

/** How the opening of a connection ended, when it did not end at an upstream. */
type Stop =
  | { readonly end: 'no-data' | 'cancel' | 'client-broke' }
  | { readonly end: 'refused'; readonly refusal: Refusal; readonly voice: Voice };

/** What meets when an opening has reached its upstream. */
interface Carried {
  readonly gathered: Gathered;
  readonly asked: AskedStep;
  readonly upstream: Socket;
  readonly prepared: PreparedCarrier;
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
  /** What MySQL servers greet with. */
  readonly greetings: Greetings;
  readonly openingMs: Histogram;
  readonly dialMs: Histogram;
  /** A plaintext CancelRequest of Postgres goes where this endpoint has connections. */
  passCancel(listener: LiveListener, endpoint: EndpointId | undefined, packet: Uint8Array): void;
  started(connection: Connection): void;
  /** The connection is at its upstream. */
  carried(connection: Connection, listener: LiveListener): void;
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
  #gathered: Gathered | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #dialling: Dialling | undefined;
  /** Bytes of the client that were read before a carrier took over, or after it was refused. */
  #openingBytes = 0;
  /** Bytes that the router itself has written to the client. */
  #saidBytes = 0;
  #said: Said = { headerBytes: 0 };
  #asked: AskedStep | undefined;
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
        voice: silence,
      });
      return;
    }
    this.#gathered = new Gathered(client);
    client.once('close', this.#onEarlyClose);
    // After a pause of the whole process, timers come before what the kernel holds: look at that first.
    this.#deadline = setTimeout(() => setImmediate(this.#onDeadline), this.#engine.limits.openingMs);
    this.#open().then(
      (stop) => {
        if (stop) this.#stop(stop);
      },
      (error: unknown) => {
        this.#engine.note(`a fault of the router ended a connection: ${error instanceof Error ? error.stack : error}`);
        client.destroy();
      },
    );
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
    const gathered = this.#gathered;
    if (!gathered) return undefined;
    const who = await identify(gathered, this.#listener.listener, this.#engine.policy);
    if (who.is === 'ended') return this.#ended(gathered, who.ended, silence, 'the PROXY header');
    this.#said = who.said;
    if (who.is === 'health-check') return { end: 'no-data' };
    this.endpoint = who.said.endpoint;
    const asked = await this.#ask(gathered);
    if ('end' in asked)
      return who.is === 'nobody' && asked.end === 'refused' ? { ...asked, refusal: who.refusal } : asked;
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    this.#asked = asked;
    observe(this.#engine.openingMs, this.#engine.now() - this.#startMs);
    const refused = (refusal: Refusal): Stop => {
      const isReset = this.route?.action.unavailable === 'reset' && passingRefusals.has(refusal.code);
      return { end: 'refused', refusal, voice: isReset ? { in: 'reset' } : asked.voice };
    };
    if (who.is === 'nobody') return refused(who.refusal);

    const { routing } = this.#listener;
    const decision = decide(routing.table, asked.claim, who.nccs);
    if (decision.is === 'refuse') {
      const why = whyRefused(decision, { table: routing.table, claim: asked.claim, nccs: who.nccs });
      return refused({ code: decision.code, why });
    }
    this.route = decision.route;
    const { limits } = this.#engine;
    const prepared = prepareCarrier({ route: decision.route, table: routing.table, request: asked.request, limits });
    if (prepared.refusal) return refused(prepared.refusal);
    if (this.#engine.draining) return refused({ code: 'LG_DRAINING', why: 'this router is shutting down' });
    const live = routing.upstreams.get(decision.route.action.upstream);
    if (!live) throw new Error(`route ${decision.route.key} has no upstream`); // checked plans have one
    const refusal = live.refusal();
    if (refusal) return refused(refusal);
    live.open += 1;
    this.live = live;

    const dialled = await this.#dial(live);
    if (dialled.is === 'refused') return refused(dialled);
    this.upstream = dialled.socket;
    this.upstreamAddress = dialled.address;
    dialled.socket.on('error', ignore);
    if (asked.prelude === 'postgres-tls') {
      const refusedTls = await askForTls(dialled.socket, this.#engine.limits.dialMs);
      if (refusedTls) return refused(refusedTls);
    }
    if (asked.prelude === 'mysql-greeting') {
      const greeting = await readGreeting(dialled.socket, this.#engine.limits.dialMs);
      if ('code' in greeting) return refused(greeting);
      this.#engine.greetings.learn(live, greeting);
      if (asked.voice.in === 'tls' && !speaksTls(greeting))
        return refused({ code: 'LG_UPSTREAM_NO_TLS', why: `${live.plan.host} has TLS switched off` });
    }
    if (this.client.destroyed) return { end: 'client-broke' };
    this.#carry({ gathered, asked, upstream: dialled.socket, prepared });
    return undefined;
  }

  /** Reads on until the client's wish is known. */
  async #ask(gathered: Gathered): Promise<AskedStep | Stop> {
    const { listener } = this.#listener.routing.table;
    const greets = this.#listener.routing.table.byName.mysql.size > 0;
    if (greets) {
      const stop = await this.#greet();
      if (stop) return stop;
    }
    const answered: ('N' | 'S')[] = [];
    for (;;) {
      const step = greets ? mysqlStep(gathered.view) : nextStep(listener, gathered.view, answered);
      switch (step.is) {
        case 'need-more': {
          const { openingBytes } = this.#engine.limits;
          if (step.atLeast + gathered.skipped > openingBytes)
            return {
              end: 'refused',
              refusal: { code: 'LG_TOO_BIG', why: `the opening needs more than ${openingBytes} bytes` },
              voice: step.voice,
            };
          const ended = await gathered.atLeast(step.atLeast);
          if (ended) return this.#ended(gathered, ended, step.voice, 'the opening');
          continue;
        }
        case 'say':
          answered.push(step.byte);
          this.#say(Buffer.from(step.byte, 'latin1'));
          continue;
        case 'cancel':
          this.#engine.passCancel(this.#listener, this.endpoint, step.packet);
          return { end: 'cancel' };
        case 'refuse':
          return { end: 'refused', ...step };
        case 'asked':
          return step;
        default:
          return step satisfies never;
      }
    }
  }

  /** MySQL by name: the client waits for a greeting before it says anything. */
  async #greet(): Promise<Stop | undefined> {
    const { table, upstreams } = this.#listener.routing;
    const keys = new Set([...table.byName.mysql.values()].map((route) => route.action.upstream));
    const shared = [...keys].flatMap((key) => upstreams.get(key) ?? []);
    const shown = await this.#engine.greetings.common(shared, table.listener.mysqlFamily);
    if ('code' in shown) return { end: 'refused', refusal: shown, voice: { in: 'mysql', sequence: 0 } };
    this.#say(encodeGreeting(shown, randomBytes(20)));
    return undefined;
  }

  #ended(gathered: Gathered, ended: ReadEnd, voice: Voice, what: string): Stop {
    if (ended === 'broke') return { end: 'client-broke' };
    if (gathered.length === 0 && this.#said.headerBytes === 0 && ended === 'closed') return { end: 'no-data' };
    const { openingMs } = this.#engine.limits;
    return {
      end: 'refused',
      refusal:
        ended === 'deadline'
          ? { code: 'LG_TOO_SLOW', why: `${what} was not complete after ${openingMs} ms` }
          : { code: 'LG_PROTOCOL', why: `the client ended before ${what} was complete` },
      voice,
    };
  }

  #dial(live: LiveUpstream): Promise<Dialled> {
    const start = this.#engine.now();
    return new Promise((resolve) => {
      this.#dialling = live.connect((result) => {
        this.#dialling = undefined;
        observe(this.#engine.dialMs, this.#engine.now() - start);
        resolve(result);
      });
    });
  }

  #carry({ gathered, asked, upstream, prepared }: Carried): void {
    const { client } = this;
    const read = this.#release(gathered);
    this.#listener.opening -= 1;
    client.off('close', this.#onEarlyClose);
    this.#listener.counts.carried += 1;
    this.#engine.carried(this, this.#listener);
    const rest = asked.startsAt > 0 ? read.subarray(asked.startsAt) : read;
    const first = asked.replaced ? Buffer.concat([asked.replaced, rest]) : rest;
    this.carrier = prepared.start({ client, upstream, first }, (end, refusal) =>
      this.#finish(this.#cut ?? end, refusal),
    );
  }

  /** Ends the reading of the opening: what was read counts, and is handed over. */
  #release(gathered: Gathered): Buffer {
    const read = gathered.release();
    this.#gathered = undefined;
    this.#openingBytes += read.length;
    return read;
  }

  #say(bytes: Uint8Array): void {
    this.#saidBytes += bytes.length;
    this.client.write(bytes);
  }

  /** Says why, as far as the client's protocol can, and closes. */
  #stop(stop: Stop): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    const { client } = this;
    this.upstream?.destroy();
    const refusal = stop.end === 'refused' ? stop.refusal : undefined;
    const said = stop.end === 'refused' ? refusalBytes(stop.voice, stop.refusal) : undefined;
    if (this.#gathered) this.#release(this.#gathered);
    client.off('close', this.#onEarlyClose);
    const end = stop.end;
    if (client.destroyed || !said || said.length === 0) {
      if (stop.end === 'refused' && stop.voice.in === 'reset') client.resetAndDestroy();
      else client.destroy();
      this.#finish(this.#cut ?? end, refusal);
      return;
    }
    // What the client still sends is read and dropped: closing over unread bytes would reset the connection, and a
    // reset overtakes the refusal.
    const last = setTimeout(() => client.destroy(), this.#engine.limits.refusalMs);
    client.once('close', () => {
      clearTimeout(last);
      this.#finish(this.#cut ?? end, refusal);
    });
    client.on('data', (chunk: Buffer) => {
      this.#openingBytes += chunk.length;
    });
    client.once('end', () => client.destroySoon());
    this.#saidBytes += said.length;
    client.end(said);
    if (client.readableEnded) client.destroySoon();
    else client.resume();
  }

  #onDeadline = (): void => {
    if (this.#deadline) this.#gathered?.expire();
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
    this.#gathered = undefined;
    if (this.live) this.live.open -= 1;
    const said = this.#said;
    const claim = this.#asked?.claim;
    const carried = this.carrier?.bytes() ?? nothingCarried;
    const event: ConnectionEvent = {
      startMs: this.#startedAt,
      durationMs: Math.round(this.#engine.now() - this.#startMs),
      listener: this.#listener.key,
      peer: this.#peer,
      ...(said.source !== undefined && { source: said.source }),
      ...(said.endpoint !== undefined && { endpoint: said.endpoint }),
      ...(said.ncc !== undefined && { ncc: said.ncc }),
      ...(claim && claim.speech !== 'tcp' && { speech: claim.speech }),
      ...(claim?.name !== undefined && { name: claim.name }),
      ...(this.route && { route: this.route.key, target: this.route.target }),
      ...(this.upstreamAddress !== undefined && { upstream: `${this.upstreamAddress}:${this.live?.plan.port}` }),
      bytesIn: this.#openingBytes + carried.fromClient,
      bytesOut: this.#saidBytes + carried.toClient,
      end,
      ...(refusal && { code: refusal.code, why: refusal.why }),
      ...(this.#asked && this.#asked.notes.length > 0 && { notes: this.#asked.notes }),
    };
    this.#engine.finished(this, this.#listener, event);
  }
}

const silence: Voice = { in: 'silence' };
const nothingCarried: CarriedBytes = { fromClient: 0, toClient: 0 };

const ignore = (): void => {};
