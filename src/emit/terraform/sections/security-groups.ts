import type { EndpointService, Listener, NetworkPath, RouterFleet } from '../../../ir/index.ts';
import type { Context, HubRefs } from '../context.ts';
import { brokerAddress } from '../context.ts';
import { expr, type Section, template, type Value } from '../language/value.ts';
import { ident, resource } from '../names.ts';

/** `security-groups.tf`. Every rule is a resource of its own: adding a target adds rules and touches none. */
export function securityGroupSections({ infra, hub, routes }: Context): readonly Section[] {
  if (!hub) return [];
  const { router } = infra;
  const interfaces = (infra.hub?.vpcEndpoints ?? []).some((service) => service !== 's3');
  return [
    ...infra.endpointServices.flatMap((service, i) =>
      balancerGroup(service, { hub, name: infra.name, router, first: i === 0 }),
    ),
    ...(router ? routerGroup(router, hub, infra.name) : []),
    ...(router ? router.egress.flatMap((egress) => egressRules(egress)) : []),
    ...(router ? resolverRules(infra.networks, routes) : []),
    ...(router ? apiRules(infra.hub?.vpcEndpoints ?? []) : []),
    ...(interfaces ? endpointsGroup(hub, infra.name, router !== undefined) : []),
  ];
}

interface Around {
  readonly hub: HubRefs;
  readonly name: string;
  readonly router: RouterFleet | undefined;
  /** The first of the file carries the comment. */
  readonly first: boolean;
}

function balancerGroup(service: EndpointService, { hub, name, router, first }: Around): readonly Section[] {
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
        ? 'No ingress rule: PrivateLink traffic is not judged by one (see enforce_security_group_inbound_rules_on_private_link_traffic), and nothing else may come in.'
        : undefined,
    ),
    ...(router
      ? toRouter.flatMap((listener) =>
          flow(ident(listener.key), listener.targetGroup.port, `router listener of ${listener.key}`),
        )
      : []),
    ...(router ? health.flatMap((port) => flow(`${id}_ready_${port}`, port, 'readiness of the routers')) : []),
    ...service.listeners.flatMap((listener) => directRules(listener, group)),
  ];
}

function directRules(listener: Listener, group: Value): readonly Section[] {
  const { forward, targetGroup } = listener;
  const rules = (suffix: string, cidr: Value, port: number, what: string): Section =>
    resource('aws_vpc_security_group_egress_rule', `${ident(listener.key)}_${suffix}`, {
      security_group_id: group,
      description: what,
      ip_protocol: 'tcp',
      from_port: port,
      to_port: port,
      cidr_ipv4: cidr,
    });
  const withHealth = (suffix: string, cidr: Value): readonly Section[] => [
    rules(suffix, cidr, targetGroup.port, `member of ${listener.key}`),
    ...(targetGroup.health.port === targetGroup.port
      ? []
      : [rules(`${suffix}_health`, cidr, targetGroup.health.port, `health of ${listener.key}`)]),
  ];
  switch (forward.to) {
    case 'router':
      return [];
    case 'addresses':
      return forward.members.flatMap(({ address }) => withHealth(ident(address), `${address}/32`));
    case 'broker':
      return withHealth(`broker_${forward.broker}`, template(brokerAddress(forward.target, forward.broker), '/32'));
    default:
      return forward satisfies never;
  }
}

const routerGroup = (router: RouterFleet, hub: HubRefs, name: string): readonly Section[] => [
  resource(
    'aws_security_group',
    'router',
    {
      name: `${name}-router`,
      description: 'Router fleet: in from the load balancers, out to the granted networks and ports',
      vpc_id: hub.vpcId,
      tags: { Name: `${name}-router` },
    },
    `Ports of the router listeners: ${router.ports.join(', ')}. There is no SSH.`,
  ),
];

/** One rule for each network, CIDR and port, by a key that is stable. */
function egressRules({ network, cidrs, ports }: RouterFleet['egress'][number]): readonly Section[] {
  const pairs = cidrs.flatMap((cidr) => ports.map((port) => [`${cidr}:${port}`, { cidr, port }] as const));
  if (pairs.length === 0) return [];
  return [
    resource('aws_vpc_security_group_egress_rule', `router_to_${ident(network)}`, {
      for_each: Object.fromEntries(pairs),
      security_group_id: expr('aws_security_group.router.id'),
      description: `targets of the network ${network}`,
      ip_protocol: 'tcp',
      from_port: expr('each.value.port'),
      to_port: expr('each.value.port'),
      cidr_ipv4: expr('each.value.cidr'),
    }),
  ];
}

/** The router asks the resolvers of a network itself. The VPC's own resolver needs no rule. */
function resolverRules(networks: readonly NetworkPath[], routes: Context['routes']): readonly Section[] {
  const asked = new Set(Object.values(routes.upstreams).flatMap((upstream) => upstream.resolvers ?? []));
  return networks.flatMap((network): Section[] => {
    const resolvers = network.dns.filter((address) => asked.has(address));
    if (resolvers.length === 0) return [];
    return [
      resource('aws_vpc_security_group_egress_rule', `router_to_${ident(network.name)}_dns`, {
        for_each: Object.fromEntries(
          resolvers.flatMap((address) =>
            ['tcp', 'udp'].map((protocol) => [`${address}/${protocol}`, { cidr: `${address}/32`, protocol }]),
          ),
        ),
        security_group_id: expr('aws_security_group.router.id'),
        description: `resolvers of the network ${network.name}`,
        ip_protocol: expr('each.value.protocol'),
        from_port: 53,
        to_port: 53,
        cidr_ipv4: expr('each.value.cidr'),
      }),
    ];
  });
}

/** AWS APIs: through VPC endpoints where the plan has them, else through the NAT of the hub. */
function apiRules(vpcEndpoints: readonly string[]): readonly Section[] {
  const rule = (name: string, what: string, to: { readonly [key: string]: Value }): Section =>
    resource('aws_vpc_security_group_egress_rule', name, {
      security_group_id: expr('aws_security_group.router.id'),
      description: what,
      ip_protocol: 'tcp',
      from_port: 443,
      to_port: 443,
      ...to,
    });
  const s3 = vpcEndpoints.includes('s3')
    ? [rule('router_to_s3', 'S3, through its gateway', { prefix_list_id: expr('aws_vpc_endpoint.s3.prefix_list_id') })]
    : [];
  const interfaces = vpcEndpoints.some((service) => service !== 's3')
    ? [
        rule('router_to_vpc_endpoints', 'AWS APIs, through VPC endpoints', {
          referenced_security_group_id: expr('aws_security_group.vpc_endpoints.id'),
        }),
      ]
    : [rule('router_to_aws', 'AWS APIs, by their public names', { cidr_ipv4: '0.0.0.0/0' })];
  return [...s3, ...interfaces];
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
