import type { Route, RoutePlan } from '../../src/ir/index.ts';
import { RingRecorder } from '../../src/router/flows/ring-recorder.ts';
import { defaultLimits } from '../../src/router/index.ts';

const plan = {
  version: 1,
  name: 'bench',
  listeners: [],
  upstreams: {},
  trustedNetworks: [],
} as const satisfies RoutePlan;
const route = { key: 'orders', target: 'orders' } as Route;
const client = { listener: 's-1/443', endpoint: 'vpce-1', tls: { version: 'TLSv1.3', resumed: true } };
const upstream = { name: 'orders.test:443', address: '10.0.0.1:443' };
const times = 300_000;

/**
 * CPU microseconds that recording one exchange takes, in each of several runs: the calls that a carrier makes, with the ring
 * full all the time, and the garbage collection that follows from it.
 */
export function recorderAlone(runs: number): readonly number[] {
  const recorder = new RingRecorder({
    plan,
    limits: { ...defaultLimits, flowsPerSecond: Number.MAX_SAFE_INTEGER },
    now: () => performance.now(),
    key: () => new Uint8Array(32),
    note: () => {},
  });
  // As views of what was read from a socket.
  const read = Buffer.alloc(65_536, 0x61);
  const [head, answer, body] = [read.subarray(0, 450), read.subarray(1000, 1260), read.subarray(2000, 3024)];
  const nccs = ['n-1'];
  const exchange = (): void => {
    const flow = recorder.begin({
      client,
      protocol: 'http/1.1',
      name: 'orders.test',
      route,
      nccs,
      head,
      forwarded: '/v1',
    });
    flow.upstream(upstream, true);
    flow.responseHead(200, answer);
    flow.responseBytes(body);
    flow.end('done');
  };
  const run = (): number => {
    const start = process.cpuUsage();
    for (let i = 0; i < times; i++) exchange();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / times;
  };
  run(); // warm
  return Array.from({ length: runs }, run);
}
