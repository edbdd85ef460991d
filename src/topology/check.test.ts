import { expect, test } from 'vitest';
import { changedHub } from '../../test/plans/changed-hub.ts';
import { byName, routes } from '../../test/plans/small-hub.ts';
import { buildTopology, checkTopology } from './index.ts';

/** What is said of the small hub after these changes: the place, then the sentence. */
function said(changes: Readonly<Record<string, unknown>>): readonly string[] {
  const { infra, routes: of } = changedHub(changes);
  return checkTopology(buildTopology(infra, of)).map(({ code, path, message }) => {
    expect(code).toBe('LG_PLAN_INCONSISTENT');
    return `${path.join('/')}: ${message}`;
  });
}

const [tls, postgres] = ['routes.listeners.0', 'routes.listeners.1'];
const route = (name: string, speech: 'tls' | 'postgres' | 'mysql' | 'http', target = 'api') => ({
  ...byName(target, { speech, name, port: 443, allow: ['n-1'] }),
  action: { upstream: 'api.acme.test:443', tls: 'passthrough' },
});

test('two plans that fit each other have nothing to be said of', () => {
  expect(said({})).toEqual([]);
});

test.each<[what: string, changes: Readonly<Record<string, unknown>>, says: readonly string[]]>([
  [
    'a router listener on a port of another',
    { [`${tls}.port`]: 25_432 },
    [
      'routes/listeners/1: router listener s-1/5432 uses port 25432, which router listener s-1/443 also uses',
      'endpointServices/s-1/listeners/s-1/443: listener s-1/443 forwards to port 20443 of the router, which listens on port 25432',
    ],
  ],
  [
    'a router listener on the port of the readiness check',
    { [`${tls}.port`]: 8080, 'infra.endpointServices.0.listeners.0.targetGroup.port': 8080 },
    ['routes/listeners/0: router listener s-1/443 uses port 8080, which the readiness check also uses'],
  ],
  [
    'without a router there is no readiness check',
    { 'infra.router': undefined, [`${tls}.port`]: 8080, 'infra.endpointServices.0.listeners.0.targetGroup.port': 8080 },
    ['router: there are listeners that forward to a router, but no router'],
  ],
  [
    'no route',
    { [`${tls}.routes`]: [] },
    [
      'routes/listeners/0: router listener s-1/443 has no route',
      'endpointServices/s-1/listeners/s-1/443: target api is behind listener s-1/443, but has no route there',
    ],
  ],
  [
    'a route by port next to a route by name',
    { 'routes.listeners.2.routes.1': route('crm.acme.test', 'tls', 'crm-db') },
    [
      'routes/listeners/2: router listener s-2/3306 has a route by port and other routes',
      'routes/listeners/2/routes/1: route crm-db/crm.acme.test:443 is for tls, which router listener s-2/3306 does not accept',
    ],
  ],
  [
    'a route by port where tcp is not spoken',
    { 'routes.listeners.2.speaks': ['tls'] },
    [
      'routes/listeners/2: router listener s-2/3306 accepts tls; a route by port requires tcp, and tcp cannot be combined',
    ],
  ],
  [
    'a route by port where more than tcp is spoken',
    { 'routes.listeners.2.speaks': ['tcp', 'tls'] },
    [
      'routes/listeners/2: router listener s-2/3306 accepts tcp, tls; a route by port requires tcp, and tcp cannot be combined',
    ],
  ],
  [
    'tcp without a route by port',
    { [`${tls}.speaks`]: ['tls', 'tcp'] },
    [
      'routes/listeners/0: router listener s-1/443 accepts tls, tcp; a route by port requires tcp, and tcp cannot be combined',
    ],
  ],
  [
    'MySQL by name next to TLS',
    {
      'routes.listeners.2.speaks': ['mysql', 'tls'],
      'routes.listeners.2.routes.0': route('crm.acme.test', 'mysql', 'crm-db'),
    },
    ['routes/listeners/2: router listener s-2/3306 sends the MySQL greeting, so it cannot accept other protocols'],
  ],
  [
    'MySQL by name alone, without identity',
    {
      'routes.listeners.2.speaks': ['mysql'],
      'routes.listeners.2.routes.0': route('crm.acme.test', 'mysql', 'crm-db'),
    },
    [],
  ],
  [
    'MySQL by name, with identity',
    { [`${tls}.speaks`]: ['mysql'], [`${tls}.routes.0`]: route('api.acme.test', 'mysql') },
    [
      'routes/listeners/0: router listener s-1/443 speaks first, but a load balancer sends the PROXY header only with the first bytes of the client',
    ],
  ],
  [
    'an upstream that is not there',
    { [`${tls}.routes.0.action.upstream`]: 'x:1' },
    ['routes/listeners/0/routes/0: route api/api.acme.test:443 uses upstream x:1, which is not in the plan'],
  ],
  [
    'an NCC that is not there',
    { [`${tls}.routes.0.allow`]: ['n-1', 'n-9'] },
    ['routes/listeners/0/routes/0: route api/api.acme.test:443 admits NCC n-9, which is not in the plan'],
  ],
  [
    'a speech that the listener does not accept',
    { [`${tls}.speaks`]: ['http'] },
    [
      'routes/listeners/0/routes/0: route api/api.acme.test:443 is for tls, which router listener s-1/443 does not accept',
    ],
  ],
  [
    'two routes for one claim',
    { [`${tls}.routes.1`]: route('api.acme.test', 'tls') },
    [
      'routes/listeners/0/routes/1: routes api/api.acme.test:443 and api/api.acme.test:443 both match tls api.acme.test on router listener s-1/443',
    ],
  ],
  [
    'two routes for one name in two speeches',
    { [`${tls}.speaks`]: ['tls', 'http'], [`${tls}.routes.1`]: route('api.acme.test', 'http') },
    [],
  ],
  [
    'two defaults of one speech',
    { [`${postgres}.routes.0.action.isDefault`]: true, [`${postgres}.routes.1.action.isDefault`]: true },
    [
      'routes/listeners/1/routes/1: routes orders-db/orders.acme.test:5432 and orders-replica/replica.acme.test:5432 both match postgres without a name on router listener s-1/5432',
    ],
  ],
  ['one default', { [`${postgres}.routes.0.action.isDefault`]: true }, []],
  [
    'a PROXY header past the router',
    { 'infra.endpointServices.2.listeners.0.targetGroup.proxyProtocolV2': true },
    [
      'endpointServices/s-3/listeners/s-3/1521: listener s-3/1521 bypasses the router and sends a PROXY header, which the target does not expect',
    ],
  ],
  [
    'a router listener that the route plan forgot',
    { [tls]: undefined },
    [
      'endpointServices/s-1/listeners/s-1/443: listener s-1/443 forwards to the router, which has no listener with this key',
    ],
  ],
  [
    'another port at the router than at the load balancer',
    { [`${tls}.port`]: 20_444 },
    [
      'endpointServices/s-1/listeners/s-1/443: listener s-1/443 forwards to port 20443 of the router, which listens on port 20444',
    ],
  ],
  [
    'another port for clients at the router',
    { [`${tls}.clientPort`]: 444 },
    [
      'endpointServices/s-1/listeners/s-1/443: listener s-1/443 is on port 443, but the router expects that clients dial port 444',
    ],
  ],
  [
    'a target without a route',
    { 'infra.endpointServices.0.listeners.0.targets': ['api', 'web'] },
    ['endpointServices/s-1/listeners/s-1/443: target web is behind listener s-1/443, but has no route there'],
  ],
  [
    'a route to a target that the load balancer does not list',
    { 'infra.endpointServices.0.listeners.1.targets': ['orders-replica'] },
    [
      'endpointServices/s-1/listeners/s-1/5432: target orders-db has a route behind listener s-1/5432, which does not list it',
    ],
  ],
  [
    'no PROXY header where the router requires one',
    { 'infra.endpointServices.0.listeners.0.targetGroup.proxyProtocolV2': false },
    ['endpointServices/s-1/listeners/s-1/443: listener s-1/443 sends no PROXY header, but the router requires one'],
  ],
  [
    'a PROXY header where the router expects none',
    { 'infra.endpointServices.1.listeners.0.targetGroup.proxyProtocolV2': true },
    ['endpointServices/s-2/listeners/s-2/3306: listener s-2/3306 sends a PROXY header, but the router expects none'],
  ],
  [
    'a listener without identity for more NCCs than can dial it',
    { 'routes.listeners.2.identity.nccs': ['n-1', 'n-2'], 'routes.listeners.2.routes.0.allow': ['n-2', 'n-1'] },
    [
      'endpointServices/s-2/listeners/s-2/3306: listener s-2/3306 has no endpoint identity and is for n-1, n-2, but n-1 can dial it',
    ],
  ],
  [
    'a listener without identity that another NCC can dial',
    { 'infra.nccs.1.rules.2': { kind: 'service', key: 'r-6', service: 's-2', domains: ['crm.acme.test'] } },
    [
      'endpointServices/s-2/listeners/s-2/3306: listener s-2/3306 has no endpoint identity and is for n-1, but n-1, n-2 can dial it',
    ],
  ],
  [
    'a route without identity that is for another NCC',
    { 'routes.listeners.2.routes.0.allow': ['n-2'] },
    [
      'endpointServices/s-2/listeners/s-2/3306: route crm-db:3306 admits n-2 on a listener without endpoint identity that is for n-1',
    ],
  ],
  [
    'a route without identity that is for no NCC',
    { 'routes.listeners.2.routes.0.allow': [] },
    [
      'endpointServices/s-2/listeners/s-2/3306: route crm-db:3306 admits none on a listener without endpoint identity that is for n-1',
    ],
  ],
  [
    'a router listener to which no load balancer forwards',
    { 'routes.listeners.3': { ...routes.listeners[0], key: 's-9/443', port: 20_999 } },
    ['routes/listeners: no load balancer listener forwards to router listener s-9/443'],
  ],
  [
    'a router listener whose load balancer bypasses the router',
    { 'routes.listeners.3': { ...routes.listeners[2], key: 's-3/1521', port: 20_999 } },
    ['routes/listeners: no load balancer listener forwards to router listener s-3/1521'],
  ],
  [
    'an infra plan that does not fit itself',
    { 'infra.nccs.1.rules.0.service': 's-9' },
    ['nccs/1/rules/0: rule r-4 of NCC n-2 names endpoint service s-9, which is not in the plan'],
  ],
])('%s', (_, changes, says) => {
  expect(said(changes)).toEqual(says);
});
