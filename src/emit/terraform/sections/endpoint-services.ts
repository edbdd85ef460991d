import type { EndpointService, InfraPlan, Listener, RouterFleet, TargetGroup } from '../../../ir/index.ts';
import { brokerAddress, type Context } from '../context.ts';
import { address, type Body, block, expr, oncePerFile, type Section, type Value } from '../language/value.ts';
import { ident, resource } from '../names.ts';

/**
 * Seconds a member keeps its connections after it was deregistered. An instance goes only when this is over.
 * At least 120 is advised: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html (2026-11-20)
 */
const deregistrationSeconds = 300;

/** `endpoint-services.tf`: each service with its one load balancer, listeners, target groups and members. */
export function endpointServiceSections({ infra, hub }: Context): readonly Section[] {
  if (!hub) return [];
  const once = oncePerFile();
  const brokersOutside = targetsOutside(infra);
  return infra.endpointServices.flatMap((service) => [
    ...loadBalancer(service, hub.subnetIds, once),
    ...service.listeners.flatMap((listener) =>
      listenerSections(service, listener, { vpcId: hub.vpcId, router: infra.router, brokersOutside, once }),
    ),
    ...endpointService(service, infra.name, once),
  ]);
}

type Once = ReturnType<typeof oncePerFile>;

/** What listeners have in common. */
interface ListenerContext {
  readonly vpcId: Value;
  readonly router: RouterFleet | undefined;
  readonly brokersOutside: ReadonlySet<string>;
  readonly once: Once;
}

function loadBalancer(service: EndpointService, subnets: readonly Value[], once: Once): readonly Section[] {
  const id = ident(service.key);
  const { nlb } = service;
  return [
    resource(
      'aws_lb',
      id,
      {
        name: nlb.name,
        load_balancer_type: 'network',
        internal: true,
        subnets,
        security_groups: once(
          'Must be set at creation: a load balancer created without a security group cannot get one later.',
          [expr(`aws_security_group.${id}_nlb.id`)],
        ),
        enforce_security_group_inbound_rules_on_private_link_traffic: once(
          'The default "on" silently drops every connection: it applies to client addresses on the Databricks side, which are not known here. The allowed principal and acceptance decide who may connect.',
          'off',
        ),
        enable_cross_zone_load_balancing: once(
          nlb.crossZone
            ? 'An endpoint reaches only the load balancer node of its zone; with cross-zone load balancing any healthy member can serve it.'
            : 'Off: a broker is in one zone, and its name must lead to that broker only.',
          nlb.crossZone,
        ),
        enable_deletion_protection: nlb.deletionProtection,
        tags: { Name: nlb.name },
      },
      `${service.name}: ${service.listeners.length === 1 ? 'one listener' : `${service.listeners.length} listeners`}.`,
    ),
  ];
}

function listenerSections(service: EndpointService, listener: Listener, context: ListenerContext): readonly Section[] {
  const id = ident(listener.key);
  return [
    resource(
      'aws_lb_listener',
      id,
      {
        load_balancer_arn: expr(`aws_lb.${ident(service.key)}.arn`),
        port: listener.port,
        protocol: 'TCP',
        tcp_idle_timeout_seconds: context.once(
          'The endpoint on the Databricks side drops connections that are idle for 350 s, whatever is set here: clients need more frequent TCP keepalives.',
          listener.idleSeconds,
        ),
        default_action: block({ type: 'forward', target_group_arn: expr(`aws_lb_target_group.${id}.arn`) }),
      },
      `Targets: ${listener.targets.join(', ')}. ${sentence(listener.forward.why)}`,
    ),
    targetGroupSection(id, listener, context),
    ...members(id, listener, context),
  ];
}

const sentence = (text: string): string => {
  const trimmed = text.trim();
  return trimmed === '' ? '' : `${trimmed[0]?.toUpperCase()}${trimmed.slice(1)}${trimmed.endsWith('.') ? '' : '.'}`;
};

function targetGroupSection(id: string, listener: Listener, { vpcId, router, once }: ListenerContext): Section {
  const group: TargetGroup = listener.targetGroup;
  const byInstance = listener.forward.to === 'router' && router?.run === 'instances';
  return resource('aws_lb_target_group', id, {
    name: group.name,
    vpc_id: vpcId,
    port: group.port,
    protocol: 'TCP',
    target_type: byInstance ? once('An Auto Scaling group registers instances, not addresses.', 'instance') : 'ip',
    preserve_client_ip: once(
      'Off: through PrivateLink the source address is always that of the load balancer, and preservation would break return paths that bypass it.',
      'false',
    ),
    proxy_protocol_v2: group.proxyProtocolV2
      ? once('The header carries the endpoint id, the only thing that tells NCCs apart.', true)
      : once(
          'Off: the load balancer sends the header with the first bytes of the client, so a server that speaks first would wait forever. Every NCC that reaches this listener is granted all targets behind it.',
          false,
        ),
    deregistration_delay: deregistrationSeconds,
    health_check: once(
      byInstance || listener.forward.to === 'router'
        ? 'Health checks carry the PROXY header if the target group has it on; the readiness port accepts both.'
        : 'Checks the target itself.',
      block({
        protocol: group.health.protocol,
        port: String(group.health.port),
        path: group.health.path,
        interval: 10,
        healthy_threshold: 2,
        unhealthy_threshold: 2,
      }),
    ),
    tags: { Name: group.name, listener: listener.key },
  });
}

const outside = (once: Once): Body => ({
  availability_zone: once('"all" is required for an address outside the VPC, and rejected for one inside.', 'all'),
});

/** Targets whose brokers are in another network than the hub's. A cluster that the plan makes is in the hub. */
const targetsOutside = ({ targets, networks }: InfraPlan): ReadonlySet<string> => {
  const elsewhere = new Set(networks.filter(({ reach }) => reach !== 'hub').map(({ name }) => name));
  return new Set(
    targets.filter(({ network }) => network !== undefined && elsewhere.has(network)).map(({ name }) => name),
  );
};

function members(
  id: string,
  listener: Listener,
  { router, brokersOutside, once }: ListenerContext,
): readonly Section[] {
  const { forward, targetGroup } = listener;
  switch (forward.to) {
    case 'router':
      return router?.run === 'instances'
        ? [
            resource('aws_autoscaling_attachment', id, {
              autoscaling_group_name: expr('aws_autoscaling_group.router.id'),
              lb_target_group_arn: expr(`aws_lb_target_group.${id}.arn`),
            }),
          ]
        : [];
    case 'addresses':
      return forward.members.map((member) =>
        resource('aws_lb_target_group_attachment', `${id}_${ident(member.address)}`, {
          target_group_arn: expr(`aws_lb_target_group.${id}.arn`),
          target_id: member.address,
          port: targetGroup.port,
          ...(member.zone === 'all' && outside(once)),
        }),
      );
    case 'broker':
      return [
        resource('aws_lb_target_group_attachment', `${id}_broker_${forward.broker}`, {
          target_group_arn: expr(`aws_lb_target_group.${id}.arn`),
          target_id: brokerAddress(forward.target, forward.broker),
          port: targetGroup.port,
          ...(brokersOutside.has(forward.target) && outside(once)),
        }),
      ];
    default:
      return forward satisfies never;
  }
}

function endpointService(service: EndpointService, name: string, once: Once): readonly Section[] {
  const id = ident(service.key);
  const listeners = service.listeners.map((listener) => address(`aws_lb_listener.${ident(listener.key)}`));
  return [
    resource('aws_vpc_endpoint_service', id, {
      acceptance_required: once('Only endpoints that rules report are accepted (acceptance.tf).', true),
      network_load_balancer_arns: once(
        'One only: a load balancer belongs to one service, and a service with several picks one at random.',
        [expr(`aws_lb.${id}.arn`)],
      ),
      tags: { Name: `${name}-${service.key}` },
      depends_on: listeners.length > 0 ? listeners : undefined,
    }),
    ...service.allowedPrincipals.map((principal, i) =>
      resource(
        'aws_vpc_endpoint_service_allowed_principal',
        i === 0 ? id : `${id}_${i + 1}`,
        { vpc_endpoint_service_id: expr(`aws_vpc_endpoint_service.${id}.id`), principal_arn: principal },
        i === 0 ? 'The exact role of Databricks in this region. "*" would make the service public.' : undefined,
      ),
    ),
  ];
}
