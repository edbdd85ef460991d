/**
 * A worker process without a router, for tests of the pool: it obeys every order and remembers its plan. The name of a
 * plan says how it misbehaves: `cannot-start`, `refused-by-PID`, `dies`.
 */
import { noRequests } from '../../src/router/metrics.ts';
import type { Order, Reply } from '../../src/router/workers/messages.ts';
import { answeredFlow } from './flow-records.ts';

let plan = '';
const say = (reply: Reply): void => void process.send?.(reply);

process.on('disconnect', () => process.exit(0));
process.on('message', (order: Order) => {
  const { id } = order;
  switch (order.do) {
    case 'start':
      if (order.plan.name === 'cannot-start') say({ id, did: 'fail', message: 'the port is taken', diagnostics: [] });
      else {
        plan = order.plan.name;
        say({ id, did: 'started' });
      }
      return;
    case 'reload':
      if (order.plan.name === 'dies') process.exit(3);
      if (order.plan.name === `refused-by-${process.pid}`) {
        say({ id, did: 'reload', result: { is: 'refused', diagnostics: [] } });
        return;
      }
      plan = order.plan.name;
      say({ id, did: 'reload', result: { is: 'done' } });
      return;
    case 'issuer':
    case 'policy':
      say({ id, did: order.do });
      return;
    case 'stats': {
      const times = { buckets: [0], sumMs: 0, count: 0 };
      const dns = { asked: 0, failed: 0, stale: 0, names: 0 };
      const reloads = { done: 0, refused: 0 };
      const none = { routes: 0, draining: false, open: 1, opening: 0, listeners: {}, upstreams: {} };
      const requests = { requests: noRequests(), flowsNotRecorded: 0 };
      say({
        id,
        did: 'stats',
        snapshot: { plan, ...none, ...requests, openingMs: times, dialMs: times, dns, reloads },
      });
      return;
    }
    case 'flows':
      {
        const records = order.since === 0 ? [{ ...answeredFlow, id: `of ${process.pid}` }] : [];
        say({ id, did: 'flows', read: { records, next: 1, lost: 0, hasMore: false } });
      }
      return;
    case 'drain':
      say({ id, did: 'drain', cut: 2 });
      process.disconnect?.();
      return;
    default:
      order satisfies never;
  }
});
