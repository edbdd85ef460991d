import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Diagnostic } from '../diagnostics/index.ts';
import type { IpAddress, Policy, RoutePlan, RouterListener } from '../ir/index.ts';
import { routeTableInSteps } from '../routing/index.ts';
import { type AdminServer, startAdmin } from './admin/server.ts';
import { Connection, type Engine } from './connection.ts';
import type { ConnectionEvent } from './flows/event.ts';
import { flowKey } from './flows/flow-key.ts';
import type { FlowsRead } from './flows/flow-ring.ts';
import { RingRecorder } from './flows/ring-recorder.ts';
import { type Inspection, makeInspection, upstreamVerifier } from './inspect/inspection.ts';
import { type ActiveRoutes, LiveListener } from './listener.ts';
import { noTimes, type Snapshot } from './metrics.ts';
import { notBuiltInSteps } from './not-built.ts';
import { Openings } from './opening/openings.ts';
import { makeProtocols, type Protocols } from './opening/protocols.ts';
import type { HostPort, Reloaded, RouterOptions, RunningRouter } from './options.ts';
import { defaultLimits, type RouterLimits } from './router-limits.ts';
import { Sweep } from './sweep.ts';
import { type Trust, trustIn } from './trust.ts';
import { entriesPerStep, inTurns } from './turns.ts';
import { Delivery } from './upstreams/deliver.ts';
import { DnsCache } from './upstreams/dns-cache.ts';
import { Prober } from './upstreams/prober.ts';
import { systemResolve } from './upstreams/system-resolver.ts';
import { LiveUpstream } from './upstreams/upstream.ts';

/**
 * Binds every listener of the plan and carries connections until it is closed. Rejects with the system's error when
 * something cannot be bound; nothing stays open then.
 */
export async function startRouter(options: RouterOptions): Promise<RunningRouter> {
  const router = new NodeEngine(options);
  const started = await router.reload(options.plan);
  if (started.is === 'refused') {
    await router.close();
    throw new Error(started.diagnostics.map(({ message }) => message).join('; '));
  }
  if (options.admin)
    try {
      await router.openAdmin(options.admin);
    } catch (error) {
      await router.close();
      throw error;
    }
  return router;
}

class NodeEngine implements RunningRouter, Engine {
  readonly limits: RouterLimits;
  readonly now: () => number;
  readonly note: (sentence: string) => void;
  readonly protocols: Protocols;
  readonly inspection: Inspection | undefined;
  readonly flows: RingRecorder;
  readonly openings: Openings;
  readonly openingMs = noTimes();
  readonly dialMs = noTimes();
  policy: ReadonlyMap<string, string>;
  trusts: Trust;
  draining = false;
  #plan: RoutePlan;
  #listeners = new Map<string, LiveListener>();
  #upstreams = new Map<string, LiveUpstream>();
  readonly #options: RouterOptions;
  readonly #connections = new Set<Connection>();
  readonly #dns: DnsCache;
  readonly #prober: Prober;
  readonly #sweep: Sweep;
  readonly #reloads = { done: 0, refused: 0 };
  #reloading: Promise<unknown> = Promise.resolve();
  #admin: AdminServer | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#plan = { ...options.plan, listeners: [] };
    this.limits = { ...defaultLimits, ...options.limits };
    this.openings = new Openings(this.limits.openingsPerNcc);
    this.now = options.now ?? (() => performance.now());
    this.note = options.note ?? (() => {});
    this.policy = endpointsOf(options.policy);
    this.trusts = trustIn(options.trust ?? options.plan.trustedNetworks);
    this.#dns = new DnsCache(options.resolve ?? systemResolve(this.limits.dnsMs), this.limits, this.now);
    const delivery = new Delivery();
    this.protocols = makeProtocols({
      limits: this.limits,
      now: this.now,
      note: this.note,
      random: randomBytes,
      deliver: ({ address, port }, packet) => void delivery.send(this.#place(address, port), packet),
    });
    const { issuer } = options;
    this.flows = new RingRecorder({
      ...{ plan: options.plan, limits: this.limits, now: this.now, note: this.note },
      key: flowKey(() => issuer?.current()?.ticketSecret),
      sink: options.flows,
      line: options.flowLine,
    });
    this.inspection = issuer && makeInspection({ issuer, limits: this.limits, now: this.now, note: this.note });
    this.#prober = new Prober({
      limits: this.limits,
      onResolved: (upstream, addresses) => this.#moved(upstream, addresses),
      verify: upstreamVerifier(),
    });
    this.#sweep = new Sweep(this.#connections, this.limits, this.now);
  }

  #place = (address: IpAddress, port: RouterListener['port']): HostPort =>
    this.#options.dial?.(address, port) ?? { host: address, port };

  get adminAddress(): HostPort | undefined {
    return this.#admin?.address;
  }

  async openAdmin(at: HostPort): Promise<void> {
    const view = () => ({
      plan: this.#plan,
      healthNetworks: this.#plan.trustedNetworks,
      stats: async () => this.stats(),
    });
    this.#admin = await startAdmin(view, at);
  }

  get plan(): RoutePlan {
    return this.#plan;
  }

  addressOf(listenerKey: string): HostPort {
    const listener = this.#listeners.get(listenerKey);
    if (!listener) throw new Error(`no listener ${listenerKey} in plan ${this.#plan.name}`);
    return listener.address;
  }

  /** Reloads one after the other, in the order they were asked for. */
  reload(plan: RoutePlan): Promise<Reloaded> {
    const result = this.#reloading.then(() => this.#reload(plan));
    this.#reloading = result;
    return result;
  }

  async #reload(plan: RoutePlan): Promise<Reloaded> {
    const notBuilt = await inTurns(notBuiltInSteps(plan));
    if (notBuilt.length > 0) {
      this.#reloads.refused += 1;
      return { is: 'refused', diagnostics: notBuilt };
    }
    const { upstreams, active } = await inTurns(this.#prepare(plan));
    const added = active.filter(({ table }) => !this.#sameSocket(table.listener));
    const bound = await Promise.allSettled(added.map((routes) => this.#bind(routes)));
    const made = bound.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = bound.flatMap((one, i) =>
      one.status === 'rejected' ? [bindFailed(added[i]?.table.listener, one.reason)] : [],
    );
    if (failed.length > 0 || this.draining) {
      for (const listener of made) listener.stopAccepting();
      this.#reloads.refused += 1;
      return { is: 'refused', diagnostics: failed };
    }
    this.#swap(plan, active, made, upstreams);
    return { is: 'done' };
  }

  /** Builds all that the plan needs next to what runs, in steps, so that connections have their turn meanwhile. */
  *#prepare(plan: RoutePlan): Generator<void, Prepared> {
    const upstreams = new Map<string, LiveUpstream>();
    const active: ActiveRoutes[] = [];
    for (const [i, upstream] of Object.values(plan.upstreams).entries()) {
      if (i > 0 && i % entriesPerStep === 0) yield;
      upstreams.set(upstream.key, this.#keep(upstream));
    }
    yield;
    let routes = 0;
    for (const listener of plan.listeners) {
      routes += listener.routes.length;
      if (routes > entriesPerStep) {
        yield;
        routes = listener.routes.length;
      }
      active.push({ table: yield* routeTableInSteps(listener, entriesPerStep), upstreams });
    }
    return { upstreams, active };
  }

  /** From here to the end nothing waits: a connection sees the old plan or the new one, never a mixture. */
  #swap(
    plan: RoutePlan,
    active: readonly ActiveRoutes[],
    made: readonly LiveListener[],
    upstreams: Map<string, LiveUpstream>,
  ): void {
    const listeners = new Map(made.map((listener) => [listener.key, listener]));
    for (const routes of active) {
      const { key } = routes.table.listener;
      const kept = listeners.get(key) ?? this.#listeners.get(key);
      if (!kept) continue;
      kept.routes = routes;
      listeners.set(key, kept);
    }
    for (const old of this.#listeners.values()) if (listeners.get(old.key) !== old) old.stopAccepting();
    for (const [key, old] of this.#upstreams)
      if (upstreams.get(key) !== old) {
        this.#prober.unwatch(old);
        this.inspection?.pool.forget(old);
      }
    for (const upstream of upstreams.values()) {
      upstream.plan = plan.upstreams[upstream.plan.key] ?? upstream.plan;
      this.#prober.watch(upstream);
    }
    this.#listeners = listeners;
    this.#upstreams = upstreams;
    this.trusts = trustIn(this.#options.trust ?? plan.trustedNetworks);
    this.#plan = plan;
    this.flows.use(plan);
    this.#reloads.done += 1;
    for (const connection of this.#connections) connection.recheck();
  }

  /** The live upstream of the same key, if it still is the same server, checked and verified the same way. */
  #keep(plan: LiveUpstream['plan']): LiveUpstream {
    const old = this.#upstreams.get(plan.key);
    if (old?.isStill(plan)) return old;
    return new LiveUpstream(plan, {
      dns: this.#dns,
      limits: this.limits,
      place: this.#place,
      note: this.note,
    });
  }

  #sameSocket(listener: RouterListener): boolean {
    return this.#listeners.get(listener.key)?.listener.port === listener.port;
  }

  #bind(routes: ActiveRoutes): Promise<LiveListener> {
    const { listener } = routes.table;
    const to = this.#options.bind?.(listener) ?? { host: '0.0.0.0', port: listener.port };
    const reusePort = this.#options.reusePort ?? false;
    const { keepaliveMs } = this.limits;
    return LiveListener.bind(routes, { ...to, reusePort, keepaliveMs, note: this.note }, this.#take);
  }

  #take = (listener: LiveListener, socket: Socket): boolean => {
    if (this.#connections.size >= this.limits.connections || listener.opening >= this.limits.pendingOpenings) {
      listener.counts.refused.LG_OVER_LIMIT = (listener.counts.refused.LG_OVER_LIMIT ?? 0) + 1;
      return false;
    }
    listener.counts.accepted += 1;
    listener.opening += 1;
    listener.open += 1;
    new Connection(this, listener, socket).start();
    return true;
  };

  readFlows(since: number, most: number): FlowsRead {
    return this.flows.read(since, most);
  }

  setPolicy(policy: Policy): void {
    this.policy = endpointsOf(policy);
    for (const connection of this.#connections) connection.recheck();
  }

  // What connections tell.

  started(connection: Connection): void {
    this.#connections.add(connection);
  }

  finished(connection: Connection, listener: LiveListener, event: ConnectionEvent): void {
    const { counts } = listener;
    listener.open -= 1;
    counts.bytesIn += event.bytesIn;
    counts.bytesOut += event.bytesOut;
    counts.ended[event.end] = (counts.ended[event.end] ?? 0) + 1;
    if (event.code) counts.refused[event.code] = (counts.refused[event.code] ?? 0) + 1;
    this.#connections.delete(connection);
    this.#options.log?.(event.why === undefined ? event : { ...event, why: this.flows.text(event.why) });
    if (this.#connections.size === 0) this.#onEmpty?.();
  }

  /** Closes connections to addresses that the name no longer has, where the plan says so. */
  #moved(upstream: LiveUpstream, addresses: readonly IpAddress[]): void {
    if (upstream.plan.onMove !== 'close' || upstream.open === 0) return;
    this.inspection?.pool.moved(upstream, addresses);
    for (const connection of [...this.#connections]) connection.moved(upstream, addresses);
  }

  // The end.

  async drain(deadlineMs: number): Promise<{ readonly cut: number }> {
    this.draining = true;
    for (const listener of this.#listeners.values()) listener.stopAccepting();
    for (const connection of this.#connections) connection.drain();
    if (this.#connections.size > 0)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadlineMs);
        this.#onEmpty = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    const cut = this.#connections.size;
    await this.close();
    return { cut };
  }

  async close(): Promise<void> {
    this.draining = true;
    for (const listener of this.#listeners.values()) listener.stopAccepting();
    this.#prober.stop();
    this.#sweep.stop();
    await this.#cutAll();
    this.inspection?.pool.close();
    await this.#admin?.close();
    this.#admin = undefined;
  }

  async #cutAll(): Promise<void> {
    if (this.#connections.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      for (const connection of [...this.#connections]) connection.cut('drained');
    });
  }

  stats(): Snapshot {
    const listeners = [...this.#listeners.values()];
    return {
      plan: this.#plan.name,
      routes: listeners.reduce((sum, { listener }) => sum + listener.routes.length, 0),
      draining: this.draining,
      open: this.#connections.size,
      opening: listeners.reduce((sum, { opening }) => sum + opening, 0),
      listeners: Object.fromEntries(
        listeners.map(({ key, counts, open, listener }) => [
          key,
          { ...structuredClone(counts), open, clientPort: listener.clientPort },
        ]),
      ),
      upstreams: Object.fromEntries(
        [...this.#upstreams].map(([key, { plan, health, open, failures }]) => [
          key,
          {
            host: plan.host,
            port: plan.port,
            network: plan.network,
            up: health.up,
            ...(health.lastFailure !== undefined && { lastFailure: health.lastFailure }),
            open,
            dialFailures: failures,
          },
        ]),
      ),
      openingMs: structuredClone(this.openingMs),
      dialMs: structuredClone(this.dialMs),
      dns: { ...this.#dns.counts, names: this.#dns.size },
      requests: this.flows.counts(),
      flowsNotRecorded: this.flows.notRecorded,
      reloads: { ...this.#reloads },
    };
  }
}

/** What a reload puts in place at once. */
interface Prepared {
  readonly upstreams: Map<string, LiveUpstream>;
  readonly active: readonly ActiveRoutes[];
}

const endpointsOf = (policy: Policy): ReadonlyMap<string, string> => new Map(Object.entries(policy.endpoints));

const bindFailed = (listener: RouterListener | undefined, error: unknown): Diagnostic => ({
  code: 'LG_ROUTER_BIND',
  severity: 'error',
  path: ['listeners', listener?.key ?? ''],
  message: `router listener ${listener?.key} cannot bind port ${listener?.port}: ${error instanceof Error ? error.message : error}`,
  hint: 'free the port, or give the listener another one',
});
