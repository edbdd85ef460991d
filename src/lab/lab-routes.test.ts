import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { setupOf } from '../../test/conformance/setup.ts';
import { infra } from '../../test/plans/small-hub.ts';
import { readSpec } from '../spec/index.ts';
import { differencesFromPlan, labRoutes } from './lab-routes.ts';

test('upstreams of inspected targets are verified against the CA of the lab; nothing else changes', () => {
  const { plan } = setupOf([
    {
      key: 'l',
      speaks: ['tls'],
      routes: [
        { name: 'a.test', to: 1 },
        { name: 'b.test', to: 2, action: { tls: 'inspect' } },
      ],
    },
  ]);
  const made = labRoutes(plan, 'the CA');
  const upstreams = Object.values(made.upstreams);
  expect(upstreams.map(({ tls }) => tls?.ca)).toEqual([undefined, ['the CA']]);
  expect({ ...made, upstreams: undefined }).toEqual({ ...plan, upstreams: undefined });
  expect(upstreams.map(({ tls }) => tls?.name)).toEqual(Object.values(plan.upstreams).map(({ tls }) => tls?.name));
});

function specOf(file: string) {
  const { spec } = readSpec(readFileSync(file), file);
  if (!spec) throw new Error(`${file} cannot be read`);
  return spec;
}

test('each difference is listed', () => {
  const router = infra.router && { router: { ...infra.router, engine: 'haproxy' as const } };
  expect(differencesFromPlan(specOf('examples/hub-router.yaml'), infra)).toEqual([]);
  expect(differencesFromPlan(specOf('examples/https-apis.yaml'), { ...infra, ...router })).toEqual([
    'the plan uses the haproxy engine; the lab runs the same routes on the node engine',
    "the servers of inspected targets have certificates of the lab's CA: the router verifies them against it, in place of the public CAs and of search-ca.pem of search-api",
  ]);
});
