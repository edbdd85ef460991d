import type { EndpointService, InfraPlan, Listener } from '../../ir/index.ts';
import type { Attributes } from '../aws/index.ts';
import type { HubNetwork, Make } from './hub.ts';

export interface SecurityGroups {
  /** Of the routers; undefined without routers. */
  readonly router: string | undefined;
  /** Of each load balancer, by the key of its service. */
  readonly balancers: ReadonlyMap<string, string>;
}

/** Security groups of load balancers and routers, with what the plan lets through and nothing else. */
export async function fillSecurityGroups(infra: InfraPlan, { vpcId }: HubNetwork, make: Make): Promise<SecurityGroups> {
  const group = async (name: string): Promise<string> => (await make('aws_security_group', { name, vpc_id: vpcId })).id;
  const router = infra.router && (await group(`${infra.name}-router`));
  const allow = createAllow(make);
  const balancers = new Map<string, string>();
  for (const service of infra.endpointServices) {
    const balancer = await group(`${infra.name}-${service.key}-nlb`);
    balancers.set(service.key, balancer);
    for (const port of portsOf(service, 'router')) {
      if (router === undefined) continue;
      await allow('egress', balancer, port, { referenced_security_group_id: router });
      await allow('ingress', router, port, { referenced_security_group_id: balancer });
    }
    for (const { forward, ...listener } of service.listeners)
      if (forward.to === 'addresses')
        for (const { address } of forward.members)
          for (const port of portsOfListener(listener))
            await allow('egress', balancer, port, { cidr_ipv4: `${address}/32` });
  }
  if (router !== undefined && !hasInterfaceEndpoints(infra))
    await allow('egress', router, 443, { cidr_ipv4: '0.0.0.0/0' }); // AWS APIs, by their public names
  if (router !== undefined)
    for (const { cidrs, ports } of infra.router?.egress ?? [])
      for (const cidr_ipv4 of cidrs) for (const port of ports) await allow('egress', router, port, { cidr_ipv4 });
  return { router, balancers };
}

const hasInterfaceEndpoints = ({ hub }: InfraPlan): boolean => hub?.vpcEndpoints.some((each) => each !== 's3') === true;

/** Allows TCP on one port. AWS refuses the same rule twice, whichever listener or network asks for it. */
export function createAllow(
  make: Make,
): (direction: 'ingress' | 'egress', group: string, port: number, peer: Attributes) => Promise<void> {
  const made = new Set<string>();
  return async (direction, group, port, peer) => {
    const key = JSON.stringify([direction, group, port, peer]);
    if (made.has(key)) return;
    made.add(key);
    await make(`aws_vpc_security_group_${direction}_rule`, {
      security_group_id: group,
      ip_protocol: 'tcp',
      from_port: port,
      to_port: port,
      ...peer,
    });
  };
}

const portsOf = ({ listeners }: EndpointService, to: Listener['forward']['to']): readonly number[] => [
  ...new Set(listeners.filter(({ forward }) => forward.to === to).flatMap(portsOfListener)),
];

/** Where the load balancer connects to: for traffic, and for health checks. */
export const portsOfListener = ({ targetGroup }: Pick<Listener, 'targetGroup'>): readonly number[] => [
  ...new Set<number>([targetGroup.port, targetGroup.health.port]),
];
