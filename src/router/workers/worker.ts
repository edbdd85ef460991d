import { startRouter } from '../engine.ts';
import { flowLog } from '../flows/log.ts';
import { HeldIssuer } from '../inspect/issuer-held.ts';
import type { RunningRouter } from '../options.ts';
import { defaultLimits } from '../router-limits.ts';
import type { Order, Reply } from './messages.ts';

/** Environment of a worker process: it waits for orders instead of reading its command line. */
export const workerMark = 'LAKEGATE_ROUTER_WORKER';

/**
 * Runs one worker until it has drained or the first process is gone. Listening sockets are bound with SO_REUSEPORT, so
 * the kernel shares connections out and no process stands in front of another.
 */
export async function runWorker(): Promise<void> {
  const say = (reply: Reply): void => void process.send?.(reply);
  let router: RunningRouter | undefined;
  const issuer = new HeldIssuer();
  // Signals go to the whole group of processes; the first one decides what they mean.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  let isOver = false;
  const over = new Promise<void>((resolve) => {
    process.on('disconnect', () => {
      isOver = true;
      void (router?.close() ?? Promise.resolve()).then(resolve);
    });
    const obey = async (order: Order): Promise<void> => {
      switch (order.do) {
        case 'start': {
          const { plan, policy, limits, bind } = order;
          if (order.issuer) issuer.hold(order.issuer);
          const log = flowLog({
            format: order.log,
            isShared: true,
            refusalLinesPerSecond: { ...defaultLimits, ...limits }.refusalLinesPerSecond,
            now: () => performance.now(),
          });
          router = await startRouter({
            plan,
            policy,
            limits,
            issuer,
            reusePort: true,
            log: log.connection,
            flowLine: log.request,
            note: log.note,
            ...(bind && { bind: (listener) => bind[listener.key] ?? { host: '0.0.0.0', port: listener.port } }),
          });
          // Told to end, or left alone, while it started.
          if (isOver) await router.close();
          else say({ id: order.id, did: 'started' });
          return;
        }
        case 'reload':
          if (router) say({ id: order.id, did: 'reload', result: await router.reload(order.plan) });
          return;
        case 'policy':
          router?.setPolicy(order.policy);
          say({ id: order.id, did: 'policy' });
          return;
        case 'issuer':
          issuer.hold(order.issuer);
          say({ id: order.id, did: 'issuer' });
          return;
        case 'stats':
          if (router) say({ id: order.id, did: 'stats', snapshot: router.stats() });
          return;
        case 'flows':
          if (router) say({ id: order.id, did: 'flows', read: router.readFlows(order.since, order.most) });
          return;
        case 'drain': {
          const { cut } = (await router?.drain(order.deadlineMs)) ?? { cut: 0 };
          say({ id: order.id, did: 'drain', cut });
          process.disconnect?.();
          return;
        }
        default:
          order satisfies never;
      }
    };
    process.on('message', (order: Order) => {
      obey(order).catch((error: unknown) =>
        say({
          id: order.id,
          did: 'fail',
          message: error instanceof Error ? error.message : String(error),
          diagnostics: [],
        }),
      );
    });
  });
  await over;
}
