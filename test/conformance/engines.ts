import { type ConnectionEvent, type RouterLimits, type RunningRouter, startRouter } from '../../src/router/index.ts';
import type { Place } from './clients.ts';
import type { Setup } from './setup.ts';

/** A program that executes a RoutePlan, as the suite sees it: from outside. */
export interface RunningEngine {
  addressOf(listenerKey: string): Place;
  close(): Promise<void>;
}

export interface EngineUnderTest {
  readonly name: string;
  start(setup: Setup): Promise<RunningEngine>;
}

/** The node engine with what only its own tests look at. */
export interface NodeUnderTest extends RunningRouter {
  readonly events: readonly ConnectionEvent[];
  /** The next connection that ends, or the one that has ended since the last call. */
  nextEvent(): Promise<ConnectionEvent>;
  readonly notes: readonly string[];
  /** Resolves with the first note that has this text in it, past or to come. */
  noteWith(text: string): Promise<string>;
}

export async function startNode(
  setup: Setup,
  options: Partial<Omit<Parameters<typeof startRouter>[0], 'limits'>> & {
    readonly limits?: Partial<RouterLimits>;
  } = {},
): Promise<NodeUnderTest> {
  const events: ConnectionEvent[] = [];
  const notes: string[] = [];
  const waiting: ((event: ConnectionEvent) => void)[] = [];
  const listening = new Map<string, (note: string) => void>();
  let told = 0;
  const router = await startRouter({
    plan: setup.plan,
    policy: setup.policy,
    bind: () => ({ host: '127.0.0.1', port: 0 }),
    // Port 1 of loopback has no listener.
    dial: (address) => setup.places.get(address) ?? { host: '127.0.0.1', port: 1 },
    log: (event) => {
      events.push(event);
      const next = waiting.shift();
      if (next) {
        told = events.length;
        next(event);
      }
    },
    note: (sentence) => {
      notes.push(sentence);
      for (const [text, tell] of listening) if (sentence.includes(text)) tell(sentence);
    },
    ...options,
  });
  return Object.assign(router, {
    events,
    notes,
    noteWith: (text: string) =>
      new Promise<string>((resolve) => {
        const past = notes.find((note) => note.includes(text));
        if (past === undefined) listening.set(text, resolve);
        else resolve(past);
      }),
    nextEvent: () =>
      new Promise<ConnectionEvent>((resolve) => {
        const event = events[told];
        if (event) {
          told += 1;
          resolve(event);
        } else waiting.push(resolve);
      }),
  });
}

/**
 * The same for clients that write the port they dialled into Host: the plan has the port that the listener was given.
 *
 * @param key Of the one listener.
 * @param made The setup for a client port.
 */
export async function startNodeAtPort(
  key: string,
  made: (clientPort: number) => Setup,
  options: Parameters<typeof startNode>[1] = {},
): Promise<NodeUnderTest> {
  const router = await startNode(made(443), options);
  await router.reload(made(router.addressOf(key).port).plan);
  return router;
}

const nodeEngine: EngineUnderTest = { name: 'node', start: (setup) => startNode(setup) };

/** Every engine the suite runs on. */
export const engines: readonly EngineUnderTest[] = [nodeEngine];
