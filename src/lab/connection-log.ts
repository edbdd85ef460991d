import type { ConnectionEvent } from '../router/index.ts';
import type { SimEvent } from '../sim/network/index.ts';

/** Finds the router's log line of a connection by the client's port. */
export interface ConnectionLog {
  onRouter(event: ConnectionEvent): void;
  onNetwork(event: SimEvent): void;
  /**
   * The line of the connection that the client opened from this port, not before `sinceMs` (since the epoch): the system reuses ports.
   * Waits for it; undefined when none comes in time.
   */
  lineOf(clientPort: number, sinceMs: number, deadlineMs: number): Promise<ConnectionEvent | undefined>;
}

/** Lines and flows that are kept: more than a check has at the same time. Beyond it, the oldest are dropped. */
const keptCap = 10_000;

/** Starts empty. */
export function createConnectionLog(): ConnectionLog {
  const clientPorts = new Map<number, number>();
  const lines = new Map<number, ConnectionEvent>();
  const waiting = new Map<number, { readonly sinceMs: number; take(event: ConnectionEvent): void }>();
  return {
    onNetwork(event) {
      if (event.is === 'flow-opened') keep(clientPorts, event.targetPort, event.clientPort);
    },
    onRouter(event) {
      // With a PROXY header the client's port is in it; without one, the load balancer's port identifies the flow.
      const port = event.source ? portOf(event.source) : clientPorts.get(portOf(event.peer));
      if (port === undefined) return;
      const waiter = waiting.get(port);
      if (!waiter || event.startMs < waiter.sinceMs) return keep(lines, port, event);
      waiting.delete(port);
      waiter.take(event);
    },
    lineOf(clientPort, sinceMs, deadlineMs) {
      const line = lines.get(clientPort);
      lines.delete(clientPort);
      if (line && line.startMs >= sinceMs) return Promise.resolve(line);
      return new Promise((done) => {
        const timer = setTimeout(() => {
          waiting.delete(clientPort);
          done(undefined);
        }, deadlineMs).unref();
        waiting.set(clientPort, {
          sinceMs,
          take(event) {
            clearTimeout(timer);
            done(event);
          },
        });
      });
    },
  };
}

function keep<T>(map: Map<number, T>, key: number, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= keptCap) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}

const portOf = (hostPort: string): number => Number(hostPort.slice(hostPort.lastIndexOf(':') + 1));
