import { byText } from '../../ir/index.ts';
import { demandsByPort } from '../placement/demands-by-port.ts';
import { canGoDirect } from '../placement/direct.ts';
import type { Demand } from '../placement/placement-units.ts';
import type { ServiceBin } from '../placement/service-bin.ts';
import type { AllocatedListener, AllocatedService, Forwarding } from './allocated-services.ts';
import type { Lock, LockedListener, LockedService } from './file/lock.ts';
import { RouterPorts } from './router-ports.ts';

/** Services with their keys and listeners with their ports. */
export interface Allocation {
  readonly services: readonly AllocatedService[];
  readonly next: { readonly service: number; readonly routerPort: number };
  /** Router listeners for which no port was left. */
  readonly withoutPort: number;
}

/**
 * Gives keys to services and ports to router listeners. What the lock holds keeps its own; the rest counts on from where
 * the lock stopped.
 *
 * @param bins Bins of locked services first, in the order of `held`.
 */
export function allocate(
  bins: readonly ServiceBin[],
  held: readonly LockedService[],
  lock: Lock | undefined,
): Allocation {
  let nextService = lock?.next.service ?? 1;
  const ports = new RouterPorts(lock);
  const services: AllocatedService[] = [];
  bins.forEach((bin, index) => {
    const before = held[index];
    const key = before?.key ?? `s-${nextService}`;
    if (!before) nextService += 1;
    const listeners: AllocatedListener[] = [];
    for (const [port, demands] of demandsByPort(bin)) {
      const heldListener = before?.listeners.find((each) => each.port === port);
      listeners.push({
        key: `${key}/${port}`,
        port,
        demands,
        forwarding: forwardingOf(bin, demands, heldListener, ports),
        held: heldListener,
      });
    }
    services.push({
      key,
      units: [...bin.units.keys()].sort((a, b) => byText(a.key, b.key)),
      audience: bin.audience,
      listeners,
      held: before,
    });
  });
  return { services, next: { service: nextService, routerPort: ports.next }, withoutPort: ports.withoutPort };
}

function forwardingOf(
  bin: ServiceBin,
  demands: readonly Demand[],
  held: LockedListener | undefined,
  ports: RouterPorts,
): Forwarding {
  // A broker, and a target that can bypass the router, are alone on their port.
  const [only] = demands;
  if (only?.broker !== undefined) return { by: 'broker', target: only.target, broker: only.broker };
  if (only && held?.routerPort === undefined && canGoDirect(bin, only)) return { by: 'addresses', target: only.target };
  return { by: 'router', routerPort: ports.take(held?.routerPort) };
}
