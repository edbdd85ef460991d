import { expect, test } from 'vitest';
import { setupOf } from '../../test/conformance/setup.ts';
import { infra } from '../../test/plans/small-hub.ts';
import { checkRoutePlan } from '../ir/index.ts';
import { differencesFromPlan, runnableRoutes } from './runnable-routes.ts';

const paths = { allow: ['/v1/**'], deny: [] };
const { plan } = setupOf([
  {
    key: 'l',
    speaks: ['tls', 'http'],
    routes: [
      { name: 'a.test', to: 1 },
      { name: 'b.test', to: 1, action: { tls: 'inspect', paths } },
      { name: 'c.test', to: 1, speech: 'http', action: { paths } },
    ],
  },
]);

test('a route to inspect is passed through without its path limits; other routes stay', () => {
  expect(runnableRoutes(plan).listeners[0]?.routes.map(({ action: { tls, paths: kept } }) => ({ tls, kept }))).toEqual([
    { tls: 'passthrough', kept: undefined },
    { tls: 'passthrough', kept: undefined },
    { tls: 'passthrough', kept: paths },
  ]);
  expect(checkRoutePlan(runnableRoutes(plan)).is).toBe('good');
});

test('each difference is listed', () => {
  const engine = (of: 'node' | 'haproxy') =>
    differencesFromPlan({ ...infra, ...(infra.router && { router: { ...infra.router, engine: of } }) }, plan);
  const inspection =
    'route b.test-1 needs TLS inspection, which is not built yet: TLS is passed through, and its path limits are not enforced';
  expect(engine('node')).toEqual([inspection]);
  expect(engine('haproxy')).toEqual([
    'the plan uses the haproxy engine; the lab runs the same routes on the node engine',
    inspection,
  ]);
});
