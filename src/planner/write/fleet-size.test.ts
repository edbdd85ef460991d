import { expect, test } from 'vitest';
import { defaultFacts, limitsOf } from '../../facts/index.ts';
import { fleetSize } from './fleet-size.ts';

const perTarget = limitsOf({}, defaultFacts).connections_per_target;
const router = { engine: 'node', run: 'instances', instance: 'm7g.large', min: 2, max: 4 } as const;
const load = { connections: 1000, gbPerMonth: 1000, peakMbps: 100 };

// Each router at most 70 % full: 38,500 of 55,000 connections, 655.9 of 937 Mbit/s.
test.each<[what: string, connections: number, peakMbps: number, missing: number, needed: number]>([
  ['a small load', 1000, 100, 0, 1],
  ['as many connections as four hold', 154_000, 100, 0, 4],
  ['one more', 154_001, 100, 1, 5],
  ['as much throughput as four carry', 1000, 2623, 0, 4],
  ['one Mbit/s more', 1000, 2624, 1, 5],
])('%s', (_, connections, peakMbps, missing, needed) => {
  const size = fleetSize(router, { ...load, connections, peakMbps }, perTarget, defaultFacts);
  expect(size).toMatchObject({ architecture: 'arm64', min: 2, needed, max: 4, missing });
});

test('of an instance without published throughput only connections count, and the reason says so', () => {
  const size = fleetSize({ ...router, instance: 'c7gn.16xlarge' }, { ...load, peakMbps: 1e6 }, perTarget, defaultFacts);
  expect(size).toMatchObject({ architecture: 'arm64', missing: 0 });
  expect(size.why).toContain('the throughput of c7gn.16xlarge is unknown');
});
