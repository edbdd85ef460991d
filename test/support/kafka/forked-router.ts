import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RouterHost, RouterHostOptions } from './router-host.ts';
import type { Message, Request } from './router-process.ts';

/** A router in a separate process: it uses another core, and it can be killed. */
export async function forkedRouter(options: RouterHostOptions): Promise<RouterHost> {
  const child: ChildProcess = fork(fileURLToPath(new URL('router-process.ts', import.meta.url)), { stdio: 'inherit' });
  const waiting = new Map<
    number,
    { resolve: (message: Extract<Message, { number: number }>) => void; reject: (error: Error) => void }
  >();
  let asked = 0;
  child.on('message', (message: Message) => {
    if ('event' in message) {
      options.log?.(message.event);
      return;
    }
    const waiter = waiting.get(message.number);
    waiting.delete(message.number);
    if (message.error === undefined) waiter?.resolve(message);
    else waiter?.reject(new Error(message.error));
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  gone.then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`${options.id} is gone`));
  });
  const request = (what: Request): Promise<Extract<Message, { number: number }>> =>
    new Promise((resolve, reject) => {
      asked += 1;
      waiting.set(asked, { resolve, reject });
      child.send({ number: asked, request: what });
    });
  const { plan, policy, destinations } = options;
  const { listeners, readiness } = await request({ do: 'start', plan, policy, destinations });
  if (!listeners || !readiness) throw new Error('the router process did not say where it listens');
  const alive = (): boolean => child.exitCode === null && child.signalCode === null;
  const kill = async (): Promise<void> => {
    if (alive()) child.kill('SIGKILL');
    await gone;
  };
  return {
    listeners,
    readiness,
    setPolicy: async (next) => void (await request({ do: 'policy', policy: next })),
    // A killed router needs no news.
    setDestinations: async (next) => void (alive() && (await request({ do: 'destinations', destinations: next }))),
    reload: async (next) => void (await request({ do: 'reload', plan: next })),
    kill,
    close: kill,
  };
}
