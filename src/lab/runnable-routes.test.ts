import { expect, test } from 'vitest';
import { setupOf } from '../../test/conformance/setup.ts';
import { infra } from '../../test/plans/small-hub.ts';
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

test('what is to be inspected is passed through, without limits that nobody would enforce; the rest stays', () => {
  expect(runnableRoutes(plan).listeners[0]?.routes.map(({ action: { tls, paths: kept } }) => ({ tls, kept }))).toEqual([
    { tls: 'passthrough', kept: undefined },
    { tls: 'passthrough', kept: undefined },
    { tls: 'passthrough', kept: paths },
  ]);
  expect(runnableRoutes(plan).upstreams).toBe(plan.upstreams);
});

test('each difference is said', () => {
  const engine = (of: 'node' | 'haproxy') =>
    differencesFromPlan({ ...infra, ...(infra.router && { router: { ...infra.router, engine: of } }) }, plan);
  const inspection =
    'route b.test-1 asks for TLS inspection, which is not built yet: TLS is passed through, and the limits of its request paths are not enforced';
  expect(engine('node')).toEqual([inspection]);
  expect(engine('haproxy')).toEqual([
    'the plan wants the haproxy engine; the lab runs the node engine on the same routes',
    inspection,
  ]);
});
