import type { FlowRecord } from '../ir/index.ts';
import type { ConnectionEvent } from '../router/index.ts';
import type { SimEvent } from '../sim/network/index.ts';

/** Finds what the routers say of a connection by the client's port. */
export interface ConnectionLog {
  onRouter(event: ConnectionEvent): void;
  onFlow(record: FlowRecord): void;
  onNetwork(event: SimEvent): void;
  /**
   * The line of the connection that the client opened from this port, not before `sinceMs` (since the epoch): the system reuses ports.
   * Waits for it; undefined when none comes in time.
   */
  lineOf(clientPort: number, sinceMs: number, deadlineMs: number): Promise<ConnectionEvent | undefined>;
  /** The same for the record of the last request on the connection. */
  flowOf(clientPort: number, sinceMs: number, deadlineMs: number): Promise<FlowRecord | undefined>;
}

/** Lines, records and flows that are kept: more than a check has at the same time. Beyond it, the oldest are dropped. */
const keptCap = 10_000;

/** Starts empty. */
export function createConnectionLog(): ConnectionLog {
  const clientPorts = new Map<number, number>();
  const lines = byPort<ConnectionEvent>(({ startMs }) => startMs);
  const flows = byPort<FlowRecord>(({ start }) => Date.parse(start));
  return {
    onNetwork(event) {
      if (event.is === 'flow-opened') keep(clientPorts, event.targetPort, event.clientPort);
    },
    onRouter(event) {
      // With a PROXY header the client's port is in it; without one, the load balancer's port identifies the flow.
      const port = event.source ? portOf(event.source) : clientPorts.get(portOf(event.peer));
      if (port !== undefined) lines.add(port, event);
    },
    onFlow(record) {
      if (record.client.source !== undefined) flows.add(portOf(record.client.source), record);
    },
    lineOf: lines.of,
    flowOf: flows.of,
  };
}

interface ByPort<T> {
  add(port: number, said: T): void;
  of(port: number, sinceMs: number, deadlineMs: number): Promise<T | undefined>;
}

/** What was said last of each port, for whoever asks for it once, before or after it comes. */
function byPort<T>(startOf: (said: T) => number): ByPort<T> {
  const kept = new Map<number, T>();
  const waiting = new Map<number, { readonly sinceMs: number; take(said: T): void }>();
  return {
    add(port, said) {
      const waiter = waiting.get(port);
      if (!waiter || startOf(said) < waiter.sinceMs) return keep(kept, port, said);
      waiting.delete(port);
      waiter.take(said);
    },
    of(port, sinceMs, deadlineMs) {
      const said = kept.get(port);
      kept.delete(port);
      if (said !== undefined && startOf(said) >= sinceMs) return Promise.resolve(said);
      return new Promise((done) => {
        const timer = setTimeout(() => {
          waiting.delete(port);
          done(undefined);
        }, deadlineMs).unref();
        waiting.set(port, {
          sinceMs,
          take(each) {
            clearTimeout(timer);
            done(each);
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
