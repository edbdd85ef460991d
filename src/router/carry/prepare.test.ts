import { afterEach, expect, test } from 'vitest';
import { type ListenerWish, setupOf } from '../../../test/conformance/setup.ts';
import { SocketPairs } from '../../../test/support/sockets.ts';
import type { Hostname } from '../../ir/index.ts';
import { type RequestClaim, routeTable } from '../../routing/index.ts';
import { noFlows } from '../flows/recorder.ts';
import { defaultLimits } from '../router-limits.ts';
import type { LiveUpstream } from '../upstreams/upstream.ts';
import { HttpCarrier } from './http/http-carrier.ts';
import type { Rights } from './judge.ts';
import { Passthrough } from './passthrough.ts';
import { prepareCarrier } from './prepare.ts';

const pairs = new SocketPairs();
afterEach(() => pairs.close());

function prepared(listener: Omit<ListenerWish, 'key'>, request?: RequestClaim) {
  const [rules] = setupOf([{ key: 'l', ...listener }]).plan.listeners;
  const [route] = rules?.routes ?? [];
  if (!rules || !route) throw new Error('the plan is empty');
  const upstream = { plan: { key: route.action.upstream } } as unknown as LiveUpstream;
  const routes = { table: routeTable(rules), upstreams: new Map([[route.action.upstream, upstream]]) };
  const rights = (): Rights => ({ is: 'rights', routes, nccs: ['n-1'] });
  return prepareCarrier({
    ...{ route, rights, upstream, request, limits: defaultLimits, inspection: undefined },
    ...{ flows: noFlows, flowClient: { listener: 'l' } },
  });
}
const ask = (path: string): RequestClaim => ({ host: 'a.test' as Hostname, path, fields: [] });

test.each([
  ['tls', { speaks: ['tls'], routes: [{ name: 'a.test', to: 1 }] }, Passthrough],
  ['postgres', { speaks: ['postgres'], routes: [{ name: 'a.test', to: 1 }] }, Passthrough],
  ['mysql', { speaks: ['mysql'], routes: [{ name: 'a.test', to: 1 }] }, Passthrough],
  ['a whole port', { speaks: ['tcp'], routes: [{ to: 1 }] }, Passthrough],
  ['http', { speaks: ['http'], routes: [{ name: 'a.test', to: 1 }] }, HttpCarrier],
] as const)('the route chooses its carrier: %s', async (_, listener, want) => {
  const [left, right] = [await pairs.make(), await pairs.make()];
  const ends = { client: left.near, upstream: right.near, first: Buffer.alloc(0) };
  const carrier = prepared(listener);
  if (carrier.waitsFor !== 'client and upstream') throw new Error('the carrier dials for itself');
  expect(carrier.start(ends, () => {})).toBeInstanceOf(want);
});

test('a first request that may not pass is refused before anything is dialled', () => {
  const listener = {
    speaks: ['http'],
    routes: [{ name: 'a.test', to: 1, action: { paths: { allow: ['/v1/**'], deny: [] } } }],
  } as const;
  expect(prepared(listener, ask('/v2')).refusal).toMatchObject({ code: 'LG_PATH_DENIED' });
  expect(prepared(listener, ask('/v1/x')).refusal).toBeUndefined();
});

test.each(['tls', 'http', 'postgres'] as const)(
  'what is to be inspected is never passed through, whatever it speaks: %s',
  (speech) => {
    const carrier = prepared({ speaks: [speech], routes: [{ name: 'a.test', to: 1, action: { tls: 'inspect' } }] });
    expect(carrier).toMatchObject({ waitsFor: 'client', refusal: { code: 'LG_NO_ISSUER' } });
  },
);
