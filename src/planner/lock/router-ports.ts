import { lowestUnprivilegedPort, type Port } from '../../ir/index.ts';
import type { Lock } from './file/lock.ts';

/** Router listeners get ports from here upward; the last resort is what is left above the privileged ports. */
const firstRouterPort = 20_000;
const lastPort = 65_535;
/** Where the load balancers ask a router whether it is ready. */
export const readinessPort = 8080 as Port;

/** Ports of router listeners: counted up, so that one which was given is not given again while others are left. */
export class RouterPorts {
  next: number;
  withoutPort = 0;
  readonly #taken: Set<number | undefined>;
  #low = lowestUnprivilegedPort;

  constructor(lock: Lock | undefined) {
    this.next = Math.max(lock?.next.routerPort ?? firstRouterPort, firstRouterPort);
    this.#taken = new Set<number | undefined>([readinessPort]);
    for (const service of lock?.services ?? [])
      for (const { routerPort } of service.listeners) this.#taken.add(routerPort);
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
