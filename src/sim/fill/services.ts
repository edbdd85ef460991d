import { type Cidr, cidrContains, type EndpointService, type InfraPlan, type Listener } from '../../ir/index.ts';
import { type AwsWorld, type Thing, text, texts } from '../aws/index.ts';
import { brokerOf } from './clusters.ts';
import { fillFleet } from './fleet.ts';
import type { HubNetwork, Make } from './hub.ts';
import { createAllow, portsOfListener, type SecurityGroups } from './security-groups.ts';

/** Endpoint services with their load balancers, listeners, target groups and targets, and the routers behind them. */
export async function fillServices(
  aws: AwsWorld,
  infra: InfraPlan,
  hub: HubNetwork,
  groups: SecurityGroups,
  make: Make,
): Promise<void> {
  const ofRouters: { readonly arn: string; readonly port: number }[] = [];
  for (const service of infra.endpointServices) {
    const securityGroup = groups.balancers.get(service.key) ?? '';
    const balancer = await make('aws_lb', {
      name: service.nlb.name,
      load_balancer_type: 'network',
      internal: true,
      subnets: [...hub.subnetIds],
      security_groups: [securityGroup],
      enforce_security_group_inbound_rules_on_private_link_traffic: 'off',
      enable_cross_zone_load_balancing: service.nlb.crossZone,
      enable_deletion_protection: service.nlb.deletionProtection,
    });
    for (const listener of service.listeners) {
      const group = await targetGroup(infra, hub, listener, make);
      await make('aws_lb_listener', {
        load_balancer_arn: balancer.id,
        port: listener.port,
        protocol: 'TCP',
        tcp_idle_timeout_seconds: listener.idleSeconds,
        default_action: [{ type: 'forward', target_group_arn: group.id }],
      });
      if (listener.forward.to === 'router') ofRouters.push({ arn: group.id, port: listener.targetGroup.port });
      else await registerTargets(aws, infra, listener, { group, securityGroup }, make);
    }
    await endpointService(service, balancer, make);
  }
  if (infra.router && groups.router !== undefined)
    await fillFleet(infra, infra.router, { ...hub, securityGroup: groups.router }, ofRouters, make);
}

/** Seconds between health checks, and how many decide: quicker than AWS's defaults. */
const health = { interval: 10, healthy_threshold: 2, unhealthy_threshold: 2 } as const;

const targetGroup = ({ router }: InfraPlan, hub: HubNetwork, listener: Listener, make: Make): Promise<Thing> => {
  const { name, port, proxyProtocolV2, health: check } = listener.targetGroup;
  return make('aws_lb_target_group', {
    name,
    vpc_id: hub.vpcId,
    port,
    protocol: 'TCP',
    target_type: listener.forward.to === 'router' && router?.run === 'instances' ? 'instance' : 'ip',
    preserve_client_ip: 'false',
    proxy_protocol_v2: proxyProtocolV2,
    health_check: [
      {
        protocol: check.protocol,
        port: String(check.port),
        ...(check.path !== undefined && { path: check.path }),
        ...health,
      },
    ],
  });
};

/** Targets that a listener forwards to without a router. */
async function registerTargets(
  aws: AwsWorld,
  infra: InfraPlan,
  listener: Listener,
  { group, securityGroup }: { readonly group: Thing; readonly securityGroup: string },
  make: Make,
): Promise<void> {
  const { forward, targetGroup: planned } = listener;
  const register = (address: string, zone: 'all' | 'automatic'): Promise<Thing> =>
    make('aws_lb_target_group_attachment', {
      target_group_arn: group.id,
      target_id: address,
      port: planned.port,
      ...(zone === 'all' && { availability_zone: 'all' }),
    });
  switch (forward.to) {
    case 'router':
      return;
    case 'addresses':
      for (const { address, zone } of forward.members) await register(address, zone);
      return;
    case 'broker': {
      const { address } = brokerOf(aws, infra, forward.target, forward.broker);
      const vpc = aws.get('aws_vpc', text(group.attributes, 'vpc_id'));
      const inVpc = cidrContains(text(vpc?.attributes ?? {}, 'cidr_block') as Cidr, address);
      await register(address, inVpc ? 'automatic' : 'all');
      const allow = createAllow(make);
      for (const port of portsOfListener(listener))
        await allow('egress', securityGroup, port, { cidr_ipv4: `${address}/32` });
      return;
    }
    default:
      return forward satisfies never;
  }
}

async function endpointService(service: EndpointService, balancer: Thing, make: Make): Promise<void> {
  const made = await make('aws_vpc_endpoint_service', {
    acceptance_required: true,
    network_load_balancer_arns: [balancer.id],
  });
  for (const principal_arn of service.allowedPrincipals)
    await make('aws_vpc_endpoint_service_allowed_principal', { vpc_endpoint_service_id: made.id, principal_arn });
}

/** The endpoint service in front of the load balancer of that name. Throws where there is none. */
export function serviceBehind(aws: AwsWorld, balancerName: string): Thing {
  const [balancer] = aws.all('aws_lb', (each) => text(each.attributes, 'name') === balancerName);
  const [service] = aws.all('aws_vpc_endpoint_service', ({ attributes }) =>
    texts(attributes, 'network_load_balancer_arns').includes(balancer?.id ?? ''),
  );
  if (!service) throw new Error(`no endpoint service is in front of the load balancer ${balancerName}`);
  return service;
}
