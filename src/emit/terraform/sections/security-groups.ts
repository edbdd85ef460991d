import type { EndpointService, InfraPlan, Listener, RoutePlan, RouterFleet } from '../../../ir/index.ts';
import type { Context, HubRefs } from '../context.ts';
import { brokerAddress } from '../context.ts';
import { expr, type Section, template, type Value } from '../language/value.ts';
import { ident, resource } from '../names.ts';

/** `security-groups.tf`. Every rule is a separate resource: adding a target adds rules and changes none. */
export function securityGroupSections({ infra, hub, routes }: Context): readonly Section[] {
  if (!hub) return [];
  const { router } = infra;
  const interfaces = (infra.hub?.vpcEndpoints ?? []).some((service) => service !== 's3');
  return [
    ...infra.endpointServices.flatMap((service, i) =>
      loadBalancerGroup(service, { hub, name: infra.name, router, first: i === 0 }),
    ),
    ...(router ? routerGroup(router, hub) : []),
    ...(router ? routerEgress(egressOf(router, infra, routes)) : []),
    ...(router ? endpointRules(infra.hub?.vpcEndpoints ?? []) : []),
    ...(interfaces ? endpointsGroup(hub, infra.name, router !== undefined) : []),
  ];
}

interface GroupContext {
  readonly hub: HubRefs;
  readonly name: string;
  readonly router: RouterFleet | undefined;
  /** The first of the file carries the comment. */
  readonly first: boolean;
}

function loadBalancerGroup(service: EndpointService, { hub, name, router, first }: GroupContext): readonly Section[] {
  const id = ident(service.key);
  const group = expr(`aws_security_group.${id}_nlb.id`);
  const toRouter = service.listeners.filter((listener) => listener.forward.to === 'router');
  const health = [...new Set(toRouter.map((listener) => listener.targetGroup.health.port))];
  const flow = (rule: string, port: number, what: string): readonly Section[] => [
    resource('aws_vpc_security_group_egress_rule', rule, {
      security_group_id: group,
      description: what,
      ip_protocol: 'tcp',
      from_port: port,
      to_port: port,
      referenced_security_group_id: expr('aws_security_group.router.id'),
    }),
    resource('aws_vpc_security_group_ingress_rule', rule, {
      security_group_id: expr('aws_security_group.router.id'),
      description: `${what}, from the load balancer ${service.key}`,
      ip_protocol: 'tcp',
      from_port: port,
      to_port: port,
      referenced_security_group_id: group,
    }),
  ];
  return [
    resource(
      'aws_security_group',
      `${id}_nlb`,
      {
        name: `${name}-${service.key}-nlb`,
        description: `Load balancer of the endpoint service ${service.key}`,
        vpc_id: hub.vpcId,
        tags: { Name: `${name}-${service.key}-nlb` },
      },
      first
        ? 'No ingress rule: none applies to PrivateLink traffic (see enforce_security_group_inbound_rules_on_private_link_traffic), and no other traffic may enter.'
        : undefined,
    ),
    ...(router
      ? toRouter.flatMap((listener) =>
          flow(ident(listener.key), listener.targetGroup.port, `router listener of ${listener.key}`),
        )
      : []),
    ...(router ? health.flatMap((port) => flow(`${id}_ready_${port}`, port, 'readiness of the routers')) : []),
    ...directRules(service, group),
  ];
}

/** Straight to members: by address where it is known, one rule for each address and port however many listeners use it. */
function directRules({ key, listeners }: EndpointService, group: Value): readonly Section[] {
  const ports = ({ targetGroup }: Listener): readonly number[] => [
    ...new Set([targetGroup.port, targetGroup.health.port]),
  ];
  const known = listeners.flatMap((listener) =>
    listener.forward.to === 'addresses'
      ? listener.forward.members.flatMap(({ address }) =>
          ports(listener).map((port): Egress => ({ cidr: `${address}/32`, port, protocol: 'tcp', to: listener.key })),
        )
      : [],
  );
  const brokers = listeners.flatMap((listener) => {
    const { forward } = listener;
    if (forward.to !== 'broker') return [];
    return ports(listener).map((port) =>
      resource('aws_vpc_security_group_egress_rule', `${ident(listener.key)}_broker_${forward.broker}_${port}`, {
        security_group_id: group,
        description: `broker ${forward.broker} of ${forward.target}`,
        ip_protocol: 'tcp',
        from_port: port,
        to_port: port,
        cidr_ipv4: template(brokerAddress(forward.target, forward.broker), '/32'),
      }),
    );
  });
  return [...ruleForEach(`${ident(key)}_members`, group, known), ...brokers];
}

const routerGroup = (router: RouterFleet, hub: HubRefs): readonly Section[] => [
  resource(
    'aws_security_group',
    'router',
    {
      name: router.names.fleet,
      description: 'Router fleet: in from the load balancers, out to the granted networks and ports',
      vpc_id: hub.vpcId,
      tags: { Name: router.names.fleet },
    },
    `Ports of the router listeners: ${router.ports.join(', ')}. No SSH.`,
  ),
];

/** Where members of a security group may connect to. */
interface Egress {
  readonly cidr: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** What is there: the rule's description. */
  readonly to: string;
}

/**
 * Where routers may connect to: targets of each network, resolvers that the routers ask themselves (the VPC's own needs
 * no rule), and AWS APIs by their public names where the hub has no endpoints for them.
 */
function egressOf(router: RouterFleet, infra: InfraPlan, routes: RoutePlan): readonly Egress[] {
  const targets = router.egress.flatMap(({ network, cidrs, ports }) =>
    cidrs.flatMap((cidr) => ports.map((port): Egress => ({ cidr, port, protocol: 'tcp', to: network }))),
  );
  const asked = new Set(Object.values(routes.upstreams).flatMap((upstream) => upstream.resolvers ?? []));
  const resolvers = infra.networks.flatMap((network) =>
    network.dns
      .filter((address) => asked.has(address))
      .flatMap((address) =>
        (['tcp', 'udp'] as const).map(
          (protocol): Egress => ({ cidr: `${address}/32`, port: 53, protocol, to: `resolver of ${network.name}` }),
        ),
      ),
  );
  const hasEndpoints = (infra.hub?.vpcEndpoints ?? []).some((service) => service !== 's3');
  const apis: readonly Egress[] = hasEndpoints
    ? []
    : [{ cidr: '0.0.0.0/0', port: 443, protocol: 'tcp', to: 'AWS APIs' }];
  return [...targets, ...resolvers, ...apis];
}

const routerEgress = (egress: readonly Egress[]): readonly Section[] =>
  ruleForEach('router', expr('aws_security_group.router.id'), egress);

/** One rule for each address range, port and protocol: AWS refuses the same one twice, whoever needs it. */
function ruleForEach(name: string, group: Value, egress: readonly Egress[]): readonly Section[] {
  if (egress.length === 0) return [];
  const byKey = new Map<string, Egress & { readonly uses: Set<string> }>();
  for (const rule of egress) {
    const key = `${rule.cidr}:${rule.port}/${rule.protocol}`;
    const known = byKey.get(key) ?? { ...rule, uses: new Set<string>() };
    known.uses.add(rule.to);
    byKey.set(key, known);
  }
  const rules = [...byKey].map(([key, { cidr, port, protocol, uses }]): [string, Value] => [
    key,
    { cidr, port, protocol, to: [...uses].sort().join(', ') },
  ]);
  return [
    resource('aws_vpc_security_group_egress_rule', name, {
      for_each: Object.fromEntries(rules),
      security_group_id: group,
      description: expr('each.value.to'),
      ip_protocol: expr('each.value.protocol'),
      from_port: expr('each.value.port'),
      to_port: expr('each.value.port'),
      cidr_ipv4: expr('each.value.cidr'),
    }),
  ];
}

/** AWS APIs through the endpoints of the hub. */
function endpointRules(vpcEndpoints: readonly string[]): readonly Section[] {
  const rule = (name: string, what: string, to: { readonly [key: string]: Value }): Section =>
    resource('aws_vpc_security_group_egress_rule', name, {
      security_group_id: expr('aws_security_group.router.id'),
      description: what,
      ip_protocol: 'tcp',
      from_port: 443,
      to_port: 443,
      ...to,
    });
  return [
    ...(vpcEndpoints.includes('s3')
      ? [
          rule('router_to_s3', 'S3, through its gateway', {
            prefix_list_id: expr('aws_vpc_endpoint.s3.prefix_list_id'),
          }),
        ]
      : []),
    ...(vpcEndpoints.some((service) => service !== 's3')
      ? [
          rule('router_to_vpc_endpoints', 'AWS APIs, through VPC endpoints', {
            referenced_security_group_id: expr('aws_security_group.vpc_endpoints.id'),
          }),
        ]
      : []),
  ];
}

const endpointsGroup = (hub: HubRefs, name: string, hasRouter: boolean): readonly Section[] => [
  resource('aws_security_group', 'vpc_endpoints', {
    name: `${name}-vpc-endpoints`,
    description: 'Interface endpoints: in from the routers',
    vpc_id: hub.vpcId,
    tags: { Name: `${name}-vpc-endpoints` },
  }),
  ...(hasRouter
    ? [
        resource('aws_vpc_security_group_ingress_rule', 'vpc_endpoints_from_router', {
          security_group_id: expr('aws_security_group.vpc_endpoints.id'),
          description: 'routers',
          ip_protocol: 'tcp',
          from_port: 443,
          to_port: 443,
          referenced_security_group_id: expr('aws_security_group.router.id'),
        }),
      ]
    : []),
];
