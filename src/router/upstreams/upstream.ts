import type { RefusalCode } from '../../diagnostics/index.ts';
import type { IpAddress, Port, Upstream } from '../../ir/index.ts';
import type { HostPort } from '../options.ts';
import type { Exchange, Exchanged, Server } from '../protocols/exchange.ts';
import type { RouterLimits } from '../router-limits.ts';
import { refuseAddress } from './address.ts';
import { type DialResult, dial, type PendingDial } from './dial.ts';
import type { DnsAnswer, DnsCache } from './dns-cache.ts';
import { exchange } from './exchange.ts';
import { Health } from './health.ts';

/** What an upstream needs of the engine around it. */
export interface UpstreamContext {
  readonly dns: DnsCache;
  readonly limits: RouterLimits;
  readonly place: (address: IpAddress, port: Port) => HostPort;
  /** One sentence for the operator. */
  readonly note: (sentence: string) => void;
}

/** Addresses that a name may be resolved to, or why there is none. */
export type ResolvedAddresses =
  | { readonly is: 'addresses'; readonly addresses: readonly IpAddress[] }
  | { readonly is: 'refused'; readonly code: RefusalCode; readonly why: string; readonly resolver: boolean };

/**
 * One upstream of the plan while the engine runs: its addresses, health and open connections. Survives a reload that
 * does not change where it points.
 */
export class LiveUpstream implements Server {
  plan: Upstream;
  readonly health: Health;
  /** Connections being dialled or carried. */
  open = 0;
  /** Dials that failed since the start. */
  failures = 0;
  readonly #context: UpstreamContext;
  /** Addresses that failed at their last try: they go last. Never more than the addresses of one answer. */
  #failed: ReadonlySet<IpAddress> = new Set();
  #lastRefused = '';

  constructor(plan: Upstream, context: UpstreamContext) {
    this.plan = plan;
    this.#context = context;
    this.health = new Health(plan.health, (up, why) =>
      context.note(`upstream ${plan.key} (${plan.host}:${plan.port}) is ${up ? 'up' : 'down'}: ${why}`),
    );
  }

  get limit(): number {
    return this.plan.maxConnections ?? this.#context.limits.connectionsPerUpstream;
  }

  /**
   * Whether this is the upstream that a later plan means: the same host and port, checked the same way. Where its
   * certificate is verified in another way it is another one, so no open connection to it is used again.
   */
  isStill({ host, port, health, tls }: Upstream): boolean {
    const { plan } = this;
    return (
      plan.host === host &&
      plan.port === port &&
      plan.health.kind === health.kind &&
      plan.health.rise === health.rise &&
      plan.health.fall === health.fall &&
      plan.tls?.name === tls?.name &&
      plan.tls?.ca?.join() === tls?.ca?.join()
    );
  }

  /** Why a connection may not even be tried, or undefined. */
  refusal(): { readonly code: RefusalCode; readonly why: string } | undefined {
    if (!this.health.up)
      return {
        code: 'LG_UPSTREAM_UNHEALTHY',
        why: `${this.plan.host}:${this.plan.port} is down: ${this.health.lastFailure ?? 'its last checks failed'}`,
      };
    if (this.open >= this.limit)
      return {
        code: 'LG_OVER_LIMIT',
        why: `${this.plan.host}:${this.plan.port} already carries ${this.open} connections`,
      };
    return undefined;
  }

  /** Dials it for one connection; the caller counts `open`. Calls `done` once, unless cancelled. */
  connect(done: (result: DialResult) => void): PendingDial {
    const known = this.#known();
    if (known) return this.#dial(this.#resolve(known), done);
    let cancelled = false;
    let dialling: PendingDial | undefined;
    void this.#context.dns.lookup(this.plan.host, this.plan.resolvers).then((answer) => {
      if (!cancelled) dialling = this.#dial(this.#resolve(answer), done);
    });
    return {
      cancel: () => {
        cancelled = true;
        dialling?.cancel();
      },
    };
  }

  async ask<T>(what: Exchange<T>, deadlineMs: number): Promise<Exchanged<T>> {
    const refusal = this.refusal();
    if (refusal) return { is: 'refused', refusal };
    this.open += 1;
    try {
      const dialled = await this.#connectWithin(deadlineMs);
      if (dialled.is === 'refused') return { is: 'refused', refusal: { code: dialled.code, why: dialled.why } };
      dialled.socket.on('error', () => {});
      const result = await exchange(dialled.socket, what, deadlineMs);
      dialled.socket.destroy();
      return result;
    } finally {
      this.open -= 1;
    }
  }

  #connectWithin(deadlineMs: number): Promise<DialResult> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        dialling.cancel();
        const why = `the server could not be reached within ${deadlineMs} ms`;
        resolve({ is: 'refused', code: 'LG_UPSTREAM_TIMEOUT', why });
      }, deadlineMs);
      const dialling = this.connect((dialled) => {
        clearTimeout(timer);
        resolve(dialled);
      });
    });
  }

  /** Where the name leads now. Never throws. */
  async resolve(): Promise<ResolvedAddresses> {
    return this.#resolve(this.#known() ?? (await this.#context.dns.lookup(this.plan.host, this.plan.resolvers)));
  }

  #known(): DnsAnswer | undefined {
    if (this.plan.addresses) return { is: 'addresses', addresses: this.plan.addresses, stale: false };
    return this.#context.dns.cached(this.plan.host, this.plan.resolvers);
  }

  #resolve(answer: DnsAnswer): ResolvedAddresses {
    switch (answer.is) {
      case 'none':
        return {
          is: 'refused',
          code: 'LG_UPSTREAM_NO_ADDRESS',
          why: `${this.plan.host} has no address`,
          resolver: false,
        };
      case 'failed':
        return {
          is: 'refused',
          code: 'LG_UPSTREAM_NO_ADDRESS',
          why: `the resolver did not answer for ${this.plan.host} (${answer.why})`,
          resolver: true,
        };
      case 'addresses':
        return this.#allowed(answer.addresses);
      default:
        return answer satisfies never;
    }
  }

  #allowed(addresses: readonly IpAddress[]): ResolvedAddresses {
    const refused: string[] = [];
    const allowed = addresses.filter((address) => {
      const why = refuseAddress(address, this.plan);
      if (why !== undefined) refused.push(why);
      return why === undefined;
    });
    const sentence = refused.join('; ');
    if (sentence !== this.#lastRefused) {
      this.#lastRefused = sentence;
      if (sentence !== '') this.#context.note(`${this.plan.host} is not followed to every address: ${sentence}`);
    }
    if (allowed.length === 0)
      return {
        is: 'refused',
        code: 'LG_UPSTREAM_ADDRESS_REFUSED',
        why: `${this.plan.host} is not followed: ${sentence}`,
        resolver: false,
      };
    return { is: 'addresses', addresses: this.#inOrder(allowed) };
  }

  /** Families take turns, so that a broken one costs one head start; addresses that failed last time come last. */
  #inOrder(addresses: readonly IpAddress[]): readonly IpAddress[] {
    if (addresses.length === 1) return addresses;
    const v4 = addresses.filter((address) => !address.includes(':'));
    const v6 = addresses.filter((address) => address.includes(':'));
    const turns = Array.from({ length: Math.max(v4.length, v6.length) }, (_, i) => [v4[i], v6[i]])
      .flat()
      .filter((address) => address !== undefined);
    return [...turns.filter((a) => !this.#failed.has(a)), ...turns.filter((a) => this.#failed.has(a))];
  }

  #dial(resolved: ResolvedAddresses, done: (result: DialResult) => void): PendingDial {
    if (resolved.is === 'refused') {
      done(resolved);
      return { cancel: () => {} };
    }
    const failed = new Set<IpAddress>();
    const { limits, place } = this.#context;
    return dial(resolved.addresses, this.plan.port, { limits, place, onFailed: (a) => failed.add(a) }, (result) => {
      this.#failed = new Set([...this.#failed, ...failed].filter((a) => resolved.addresses.includes(a)));
      if (result.is === 'connected') {
        if (this.#failed.has(result.address))
          this.#failed = new Set([...this.#failed].filter((address) => address !== result.address));
        // For the other kinds an open port proves nothing: their probes speak.
        if (this.plan.health.kind === 'tcp') this.health.succeeded();
      } else if (result.code !== 'LG_OVER_LIMIT') {
        this.failures += 1;
        this.health.failed(result.why);
      }
      done(result);
    });
  }
}
