import type { Hostname, IpAddress } from '../../ir/index.ts';
import type { Resolve } from '../options.ts';
import type { RouterLimits } from '../router-limits.ts';

/** What is known about a name now. */
export type DnsAnswer =
  | {
      readonly is: 'addresses';
      readonly addresses: readonly IpAddress[];
      /** DNS fails now; this is the last good answer. */
      readonly stale: boolean;
    }
  /** DNS says that the name has no address. */
  | { readonly is: 'none' }
  /** Nobody answered, and no earlier answer is left. */
  | { readonly is: 'failed'; readonly why: string };

interface Entry {
  answer: DnsAnswer;
  /** Ask again from then on. */
  freshUntil: number;
  /** The last good answer serves until then. */
  staleUntil: number;
  asking: Promise<DnsAnswer> | undefined;
}

export interface DnsCounts {
  asked: number;
  failed: number;
  /** Answers given from the cache because DNS failed. */
  stale: number;
}

/**
 * Answers of DNS, kept for their TTL within a floor and a cap; many askers share one question; the last good answer
 * serves while DNS fails. Holds at most `dnsEntries` names and forgets the longest kept first.
 */
export class DnsCache {
  readonly counts: DnsCounts = { asked: 0, failed: 0, stale: 0 };
  readonly #entries = new Map<string, Entry>();
  readonly #resolve: Resolve;
  readonly #limits: RouterLimits;
  readonly #now: () => number;

  constructor(resolve: Resolve, limits: RouterLimits, now: () => number) {
    this.#resolve = resolve;
    this.#limits = limits;
    this.#now = now;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The answer if it is at hand and fresh: saves a connection the detour through a promise. */
  cached(name: Hostname, resolvers: readonly IpAddress[] | undefined): DnsAnswer | undefined {
    const entry = this.#entries.get(keyOf(name, resolvers));
    return entry && this.#now() < entry.freshUntil ? entry.answer : undefined;
  }

  /** The fresh answer, asked for if need be. Never throws. */
  async lookup(name: Hostname, resolvers: readonly IpAddress[] | undefined): Promise<DnsAnswer> {
    const key = keyOf(name, resolvers);
    const entry = this.#entries.get(key) ?? this.#enter(key);
    if (this.#now() < entry.freshUntil) return entry.answer;
    entry.asking ??= this.#ask(name, resolvers, entry).finally(() => {
      entry.asking = undefined;
    });
    return entry.asking;
  }

  #enter(key: string): Entry {
    const oldest = this.#entries.keys().next();
    if (this.#entries.size >= this.#limits.dnsEntries && !oldest.done) this.#entries.delete(oldest.value);
    const entry: Entry = {
      answer: { is: 'failed', why: 'never asked' },
      freshUntil: Number.NEGATIVE_INFINITY,
      staleUntil: Number.NEGATIVE_INFINITY,
      asking: undefined,
    };
    this.#entries.set(key, entry);
    return entry;
  }

  async #ask(name: Hostname, resolvers: readonly IpAddress[] | undefined, entry: Entry): Promise<DnsAnswer> {
    const { dnsFloorSeconds: floor, dnsCapSeconds: cap, dnsStaleSeconds, dnsAddresses } = this.#bounds();
    this.counts.asked += 1;
    try {
      const found = (await this.#resolve(name, resolvers)).slice(0, dnsAddresses);
      const ttl = Math.min(cap, Math.max(floor, Math.min(...found.map(({ ttlSeconds }) => ttlSeconds), cap)));
      entry.answer =
        found.length > 0
          ? { is: 'addresses', addresses: [...new Set(found.map(({ address }) => address))], stale: false }
          : { is: 'none' };
      // A name without an address is asked again soon: it may be a record in the making.
      entry.freshUntil = this.#now() + 1000 * (found.length > 0 ? ttl : floor);
      entry.staleUntil = found.length > 0 ? this.#now() + 1000 * (ttl + dnsStaleSeconds) : Number.NEGATIVE_INFINITY;
    } catch (error) {
      this.counts.failed += 1;
      entry.freshUntil = this.#now() + 1000 * floor;
      const usable = entry.answer.is === 'addresses' && this.#now() < entry.staleUntil;
      if (usable) this.counts.stale += 1;
      entry.answer =
        usable && entry.answer.is === 'addresses'
          ? { ...entry.answer, stale: true }
          : { is: 'failed', why: error instanceof Error ? error.message : String(error) };
    }
    return entry.answer;
  }

  #bounds() {
    return { ...this.#limits, dnsAddresses: this.#limits.dialAddresses };
  }
}

const keyOf = (name: Hostname, resolvers: readonly IpAddress[] | undefined): string =>
  resolvers ? `${name} ${resolvers.join(',')}` : name;
