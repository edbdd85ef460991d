import { byText, type Cidr, cidrContains, type IpAddress, type Port, parseCidr } from '../../ir/index.ts';
import type { Claim } from '../placement/placement-units.ts';
import type { Bin } from '../placement/service-bin.ts';
import { type ListenerDraft, listenersOf, type ServiceDraft, type Way } from './allocated-services.ts';
import type { Lock, LockedListener, LockedService } from './lock.ts';

/** Router listeners get ports from here upward; the last resort is what is left above the privileged ports. */
export const firstRouterPort = 20_000;
const lastPort = 65_535;
/** The lowest port that a program may bind without privilege. */
export const firstUnprivileged = 1024;
/** Where the load balancers ask a router whether it is ready. */
export const readinessPort = 8080 as Port;

/** Services with their keys and listeners with their ports. */
export interface Allocation {
  readonly services: readonly ServiceDraft[];
  readonly next: { readonly service: number; readonly routerPort: number };
  /** Router listeners for which no port was left. */
  readonly withoutPort: number;
}

/**
 * Gives keys to services and ports to router listeners. What the lock holds keeps its own; the rest counts on from where
 * the lock stopped.
 *
 * @param bins Held bins first, in the order of `held`.
 */
export function allocate(bins: readonly Bin[], held: readonly LockedService[], lock: Lock | undefined): Allocation {
  let nextService = lock?.next.service ?? 1;
  const ports = new RouterPorts(lock);
  const services: ServiceDraft[] = [];
  bins.forEach((bin, index) => {
    if (bin.units.size === 0) return;
    const before = held[index];
    const key = before?.key ?? `s-${nextService}`;
    if (!before) nextService += 1;
    const listeners: ListenerDraft[] = [];
    for (const [port, claims] of listenersOf(bin)) {
      const heldListener = before?.listeners.find((each) => each.port === port);
      listeners.push({
        key: `${key}/${port}`,
        port,
        claims,
        way: wayOf(bin, claims, heldListener, ports),
        ...(heldListener ? { held: heldListener } : {}),
      });
    }
    services.push({
      key,
      units: [...bin.units.keys()].sort((a, b) => byText(a.key, b.key)),
      audience: bin.audience,
      listeners,
      ...(before ? { held: before } : {}),
    });
  });
  return { services, next: { service: nextService, routerPort: ports.next }, withoutPort: ports.withoutPort };
}

function wayOf(bin: Bin, claims: readonly Claim[], held: LockedListener | undefined, ports: RouterPorts): Way {
  const [only, ...others] = claims;
  if (only?.broker !== undefined) return { by: 'broker', target: only.target, broker: only.broker };
  const direct = only !== undefined && others.length === 0 && held?.routerPort === undefined && canGoDirect(bin, only);
  if (direct) return { by: 'addresses', target: only.target };
  return { by: 'router', routerPort: ports.take(held?.routerPort) };
}

/**
 * Without a router nothing tells clients apart, so everyone who can dial the service must be granted the target. A load
 * balancer takes private addresses only.
 */
export const canGoDirect = (bin: Bin, claim: Claim): boolean =>
  claim.sharing === 'alone' &&
  claim.broker === undefined &&
  claim.target.addresses.length > 0 &&
  claim.target.addresses.every(isPrivate) &&
  (bin.audience & ~claim.grants) === 0n;

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html (2026-11-20) */
export const privateNetworks: readonly Cidr[] = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.168.0.0/16',
].flatMap((text) => {
  const cidr = parseCidr(text);
  return cidr === undefined ? [] : [cidr];
});

const isPrivate = (address: IpAddress): boolean => privateNetworks.some((cidr) => cidrContains(cidr, address));

/** Ports of router listeners: counted up, so that one which was given is not given again while others are left. */
export class RouterPorts {
  next: number;
  withoutPort = 0;
  readonly #taken: Set<number>;
  #low = firstUnprivileged;

  constructor(lock: Lock | undefined) {
    this.next = Math.max(lock?.next.routerPort ?? 0, firstRouterPort);
    this.#taken = new Set([readinessPort]);
    for (const service of lock?.services ?? [])
      for (const { routerPort } of service.listeners) if (routerPort !== undefined) this.#taken.add(routerPort);
  }

  take(held: number | undefined): Port {
    if (held !== undefined) return held as Port;
    if (this.next <= lastPort) {
      this.next += 1;
      return (this.next - 1) as Port;
    }
    // All ports above were given once: take those below, then any that is free again.
    while (this.#low <= lastPort && this.#taken.has(this.#low)) this.#low += 1;
    if (this.#low > lastPort) {
      this.withoutPort += 1;
      return lastPort as Port;
    }
    this.#taken.add(this.#low);
    return this.#low as Port;
  }
}
