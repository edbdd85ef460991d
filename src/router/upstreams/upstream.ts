import type { RefusalCode } from '../../diagnostics/index.ts';
import type { IpAddress, Port, Upstream } from '../../ir/index.ts';
import type { RouterLimits } from '../limits.ts';
import type { HostPort } from '../options.ts';
import type { Exchange, Exchanged, Server } from '../protocols/exchange.ts';
import { refuseAddress } from './address.ts';
import { type Dialled, type Dialling, dial } from './dial.ts';
import type { Answer, Answers } from './dns-answers.ts';
import { exchange } from './exchange.ts';
import { Health } from './health.ts';

/** What an upstream needs of the engine around it. */
export interface UpstreamWorld {
  readonly answers: Answers;
  readonly limits: RouterLimits;
  readonly place: (address: IpAddress, port: Port) => HostPort;
  /** One sentence for the operator. */
  readonly note: (sentence: string) => void;
}

/** Addresses that a name may be followed to, or why there is none. */
export type Followed =
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
  readonly #world: UpstreamWorld;
  /** Addresses that failed at their last try: they go last. Never more than the addresses of one answer. */
  #failed: ReadonlySet<IpAddress> = new Set();
  #lastRefused = '';

  constructor(plan: Upstream, world: UpstreamWorld) {
    this.plan = plan;
    this.#world = world;
    this.health = new Health(plan.health, (up, why) =>
      world.note(`upstream ${plan.key} (${plan.host}:${plan.port}) is ${up ? 'up' : 'down'}: ${why}`),
    );
  }

  get limit(): number {
    return this.plan.maxConnections ?? this.#world.limits.connectionsPerUpstream;
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
  connect(done: (result: Dialled) => void): Dialling {
    const known = this.#known();
    if (known) return this.#dial(this.#follow(known), done);
    let cancelled = false;
    let dialling: Dialling | undefined;
    void this.#world.answers.of(this.plan.host, this.plan.resolvers).then((answer) => {
      if (!cancelled) dialling = this.#dial(this.#follow(answer), done);
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
      if (dialled.is === 'refused') return { is: 'refused', refusal: dialled };
      dialled.socket.on('error', () => {});
      const result = await exchange(dialled.socket, what, deadlineMs);
      dialled.socket.destroy();
      return result;
    } finally {
      this.open -= 1;
    }
  }

  #connectWithin(deadlineMs: number): Promise<Dialled> {
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
  async follow(): Promise<Followed> {
    return this.#follow(this.#known() ?? (await this.#world.answers.of(this.plan.host, this.plan.resolvers)));
  }

  #known(): Answer | undefined {
    if (this.plan.addresses) return { is: 'addresses', addresses: this.plan.addresses, stale: false };
    return this.#world.answers.fresh(this.plan.host, this.plan.resolvers);
  }

  #follow(answer: Answer): Followed {
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

  #allowed(addresses: readonly IpAddress[]): Followed {
    const refused: string[] = [];
    const allowed = addresses.filter((address) => {
      const why = refuseAddress(address, this.plan);
      if (why !== undefined) refused.push(why);
      return why === undefined;
    });
    const sentence = refused.join('; ');
    if (sentence !== this.#lastRefused) {
      this.#lastRefused = sentence;
      if (sentence !== '') this.#world.note(`${this.plan.host} is not followed to every address: ${sentence}`);
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

  #dial(followed: Followed, done: (result: Dialled) => void): Dialling {
    if (followed.is === 'refused') {
      done(followed);
      return { cancel: () => {} };
    }
    const failed = new Set<IpAddress>();
    const { limits, place } = this.#world;
    return dial(followed.addresses, this.plan.port, { limits, place, onFailed: (a) => failed.add(a) }, (result) => {
      this.#failed = new Set([...this.#failed, ...failed].filter((a) => followed.addresses.includes(a)));
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
