import { lookup, Resolver } from 'node:dns/promises';
import { type Hostname, type IpAddress, parseIpAddress } from '../../ir/index.ts';
import type { Addresses, Resolve } from '../options.ts';

/** Answers that say "there is no such address", as opposed to "nobody answered". */
const noAddress = new Set(['ENOTFOUND', 'ENODATA']);

/** TTL of an answer from the hosts file, which has none, in seconds. */
const hostsSeconds = 30;

/**
 * Asks DNS for A and AAAA records with their TTL. With resolvers of a network, those and no other are asked, in order;
 * without, the machine's own, and the hosts file when DNS knows nothing. A resolver object is kept for each list.
 *
 * @param timeoutMs For one question to one resolver.
 * @param maxLists Lists of resolvers that are kept; plans have one for each network. Default 256.
 */
export function systemResolve(timeoutMs: number, maxLists = 256): Resolve {
  const kept = new Map<string, Resolver>();
  const resolverFor = (servers: readonly IpAddress[] | undefined): Resolver => {
    const key = servers?.join(',') ?? '';
    const known = kept.get(key);
    if (known) return known;
    const made = new Resolver({ timeout: timeoutMs, tries: 1 });
    if (servers && servers.length > 0) made.setServers(servers);
    const oldest = kept.keys().next();
    if (kept.size >= maxLists && !oldest.done) kept.delete(oldest.value);
    kept.set(key, made);
    return made;
  };
  return async (name, resolvers) => {
    const resolver = resolverFor(resolvers);
    const [v4, v6] = await Promise.allSettled([
      resolver.resolve4(name, { ttl: true }),
      resolver.resolve6(name, { ttl: true }),
    ]);
    const found = [v4, v6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const addresses = found.flatMap(({ address, ttl }) => {
      const parsed = parseIpAddress(address);
      return parsed ? [{ address: parsed, ttlSeconds: ttl }] : [];
    });
    if (addresses.length > 0) return addresses;
    // One family without an answer is no news; both silent is.
    const failure = [v4, v6].find((answer) => answer.status === 'rejected' && !noAddress.has(code(answer.reason)));
    if (failure?.status === 'rejected') throw failure.reason;
    return resolvers === undefined ? await fromHosts(name) : [];
  };
}

async function fromHosts(name: Hostname): Promise<Addresses> {
  try {
    const found = await lookup(name, { all: true, order: 'ipv4first' });
    return found.flatMap(({ address }) => {
      const parsed = parseIpAddress(address);
      return parsed ? [{ address: parsed, ttlSeconds: hostsSeconds }] : [];
    });
  } catch (error) {
    if (noAddress.has(code(error))) return [];
    throw error;
  }
}

const code = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
