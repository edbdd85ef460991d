import type { RoutePlan } from '../../src/ir/index.ts';
import type { Plan } from '../../src/planner/index.ts';
import { planOf } from './cases.ts';

const head = (name: string): string => `
lakegate: 1
name: ${name}
aws: { region: eu-west-1, account: "111122223333" }
databricks: { account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }
workspaces:
  analytics: { id: "1234567890123456" }
`;

/** The specs of variants that are planned as they stand. */
export const variantTexts = { crowded: () => crowded, brokers: () => brokers } as const;

/** Containers, NAT for a public target, a peered network and a gateway's spoke in other accounts, a member by address. */
const crowded = `${head('crowded')}
hub:
  vpc: { create: { cidr: 10.40.0.0/22, zones: 2 } }
  router: { run: containers, instance: c7g.medium, min: 2, max: 4 }
networks:
  peer: { reach: peering, account: "444455556666", vpc: vpc-0aaaaaaaaaaaaaaa1, cidrs: [10.60.0.0/16], assume_role: "arn:aws:iam::444455556666:role/lakegate" }
  spoke: { reach: transit-gateway, transit_gateway: tgw-0a1b2c3d4e5f60718, account: "777788889999", vpc: vpc-0bbbbbbbbbbbbbbb2, cidrs: [10.70.0.0/16], assume_role: "arn:aws:iam::777788889999:role/lakegate" }
  other: { reach: peering, account: "222233334444", vpc: vpc-0ccccccccccccccc3, cidrs: [10.90.0.0/16] }
  public: { reach: internet }
targets:
  orders: { type: postgres, host: orders.corp.acme.com, network: peer }
  mainframe: { type: tcp, host: mainframe.corp.acme.com, port: 3270, network: spoke, address: 10.70.1.5 }
  github: { type: https, host: api.github.com, network: public }
  wiki: { type: https, host: wiki.corp.acme.com, network: other }
access:
  - { from: [analytics], to: [orders, mainframe, github, wiki] }
`;

/** A load balancer and a service for each broker: of a cluster that is made. */
const brokers = `${head('brokers')}
hub:
  vpc: { create: { cidr: 10.40.0.0/22, zones: 3 } }
  router: { instance: t4g.small, min: 2, max: 4 }
networks:
  hub: { reach: hub }
targets:
  events:
    type: kafka
    network: hub
    listeners: per-broker
    msk: { create: { brokers: 3, version: 3.9.x, instance: kafka.m5.large, storage_gb: 100, auth: [iam] } }
access:
  - { from: [analytics], to: [events] }
`;

/** The same for a cluster that exists, in a network behind a transit gateway. */
const existingBrokers = `${head('existing')}
hub:
  vpc: { create: { cidr: 10.40.0.0/22, zones: 3 } }
networks:
  core: { reach: transit-gateway, transit_gateway: tgw-0a1b2c3d4e5f60718, cidrs: [10.50.0.0/16] }
targets:
  events:
    type: kafka
    network: core
    listeners: per-broker
    msk:
      cluster: "arn:aws:kafka:eu-west-1:111122223333:cluster/events/4f1b2c3d-0000-4000-a000-000000000000-5"
      brokers: [b-1.events.acme.test, b-2.events.acme.test, b-3.events.acme.test]
      auth: [iam]
access:
  - { from: [analytics], to: [events] }
`;

/** A plan with other routes. */
const changed = (plan: Plan, routes: (plan: RoutePlan) => RoutePlan): Plan => ({
  ...plan,
  routes: routes(plan.routes),
});

/** Resolver rules in place of routers that ask themselves, private zones of a spoke, a network policy. */
const names = (): Plan =>
  changed(
    planOf(`${head('names').replace('254a }', '254a, network_policy: enforced }')}
hub:
  vpc: { create: { cidr: 10.40.0.0/22, zones: 2 } }
  router: { instance: t4g.small, min: 2, max: 4 }
networks:
  spoke: { reach: transit-gateway, transit_gateway: tgw-0a1b2c3d4e5f60718, account: "777788889999", vpc: vpc-0bbbbbbbbbbbbbbb2, cidrs: [10.70.0.0/16], private_zones: [Z0123456789ABCDEFGHIJ], assume_role: "arn:aws:iam::777788889999:role/lakegate" }
  onprem: { reach: transit-gateway, transit_gateway: tgw-0a1b2c3d4e5f60718, cidrs: [192.168.0.0/16], dns: [192.168.0.53] }
targets:
  orders: { type: postgres, host: orders.db.internal, network: spoke }
  vault: { type: tls, host: vault.corp.acme.com, port: 8200, network: onprem }
  lake: { type: s3, bucket: acme-lake }
access:
  - { from: [analytics], to: [orders, vault, lake] }
`),
    (routes) => ({
      ...routes,
      upstreams: Object.fromEntries(
        Object.entries(routes.upstreams).map(([key, { resolvers: _, ...upstream }]) => [key, upstream]),
      ),
    }),
  );

/** Plans that show what the examples do not. */
export const variants: Readonly<Record<string, () => Plan>> = {
  'containers, peering, NAT, a member by address': () => planOf(crowded),
  'a service for each broker of a new cluster': () => planOf(brokers),
  'a service for each broker of a cluster that exists elsewhere': () => planOf(existingBrokers),
  'resolver rules, private zones, a network policy': names,
};
