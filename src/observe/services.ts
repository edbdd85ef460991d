import type { EndpointServiceState, LoadBalancerState } from '../aws/index.ts';
import { byText, type EndpointService, type Listener } from '../ir/index.ts';
import { broken, type Finding, risk } from './finding.ts';
import { type ListenerContext, readListener } from './listeners.ts';

/** An endpoint service with its load balancer and listeners. */
export interface ObservedService {
  readonly key: string;
  readonly serviceId: string;
  readonly serviceName: string;
  /** Whether endpoints of Databricks may attach and are served. */
  readonly isOpen: boolean;
  readonly service: EndpointService;
  /** The listeners that lead to routers, with the routers' port. */
  readonly joins: readonly { readonly key: string; readonly port: number }[];
  /** The routers' check of health, where a listener leads to them. */
  readonly readinessPort?: number;
  readonly findings: readonly Finding[];
}

/** The services with the listeners that work; the findings say why others do not. */
export function readServices(context: ListenerContext): readonly ObservedService[] {
  return (context.state.services ?? []).map((each) => readService(context, each)).sort((a, b) => byText(a.key, b.key));
}

function readService(context: ListenerContext, thing: EndpointServiceState): ObservedService {
  const { state, labels } = context;
  const balancers = thing.loadBalancerArns.flatMap((arn) => state.balancers?.find((each) => each.arn === arn) ?? []);
  const [balancer] = balancers;
  const name = balancer?.name ?? '';
  const key = labels.services.get(name) ?? thing.serviceId;
  const place = { at: 'service', service: key } as const;
  const findings: Finding[] = [];
  const principals = state.principals.get(thing.serviceId);
  if (thing.state !== 'Available')
    findings.push(broken('LG_LIVE_SERVICE', place, `endpoint service ${key} is in the state ${thing.state}`));
  if (principals && !principals.includes(labels.principal) && !principals.includes('*'))
    findings.push(
      broken('LG_LIVE_PRINCIPALS', place, `endpoint service ${key} does not allow ${labels.principal} to attach`),
    );
  const isOpen = findings.length === 0;
  const others = principals?.filter((each) => each !== labels.principal) ?? [];
  if (others.length)
    findings.push(
      risk('LG_LIVE_PRINCIPALS', place, `endpoint service ${key} allows others to attach too: ${others.join(', ')}`),
    );
  if (!thing.acceptanceRequired)
    findings.push(
      risk(
        'LG_LIVE_PRINCIPALS',
        place,
        `endpoint service ${key} accepts every endpoint that an allowed principal makes`,
      ),
    );
  if (!balancer && state.balancers)
    findings.push(broken('LG_LIVE_SERVICE', place, `endpoint service ${key} has no load balancer`));
  if (balancers.length > 1)
    findings.push(
      risk(
        'LG_LIVE_SERVICE',
        place,
        `endpoint service ${key} has ${balancers.length} load balancers, and an endpoint uses any of them; only ${name} was checked`,
      ),
    );
  const missing = balancer?.zones.filter((zone) => !thing.zones.includes(zone.name)).map((zone) => zone.name) ?? [];
  if (missing.length)
    findings.push(
      risk(
        'LG_LIVE_SERVICE',
        place,
        `endpoint service ${key} is not in ${missing.join(', ')}, where its load balancer is`,
      ),
    );
  const read = balancer ? readBalancer(context, key, balancer) : { listeners: [], joins: [], findings: [] };
  const attributes = state.balancerAttributes.get(balancer?.arn ?? '');
  return {
    key,
    serviceId: thing.serviceId,
    serviceName: thing.serviceName,
    isOpen,
    service: {
      key,
      name: thing.tags.Name ?? name,
      allowedPrincipals: [...(principals ?? [])],
      nlb: {
        name,
        crossZone: attributes?.['load_balancing.cross_zone.enabled'] === 'true',
        deletionProtection: attributes?.['deletion_protection.enabled'] === 'true',
      },
      listeners: read.listeners,
    },
    joins: read.joins,
    ...(read.readinessPort !== undefined && { readinessPort: read.readinessPort }),
    findings: [...findings, ...read.findings],
  };
}

interface ReadBalancer {
  readonly listeners: Listener[];
  readonly joins: { readonly key: string; readonly port: number }[];
  readonly readinessPort?: number;
  readonly findings: readonly Finding[];
}

function readBalancer(context: ListenerContext, service: string, balancer: LoadBalancerState): ReadBalancer {
  const place = { at: 'service', service } as const;
  const shut: Finding[] = [];
  const findings: Finding[] = [];
  if (!balancer.state.startsWith('active'))
    shut.push(
      broken('LG_LIVE_LOAD_BALANCER', place, `load balancer ${balancer.name} is in the state ${balancer.state}`),
    );
  else if (balancer.state !== 'active')
    findings.push(
      risk('LG_LIVE_LOAD_BALANCER', place, `load balancer ${balancer.name} is in the state ${balancer.state}`),
    );
  if (balancer.enforcesOnPrivateLink === 'on')
    shut.push(
      broken(
        'LG_LIVE_LOAD_BALANCER',
        place,
        `load balancer ${balancer.name} applies the inbound rules of its security groups to PrivateLink traffic, and they cannot list the addresses of Databricks`,
      ),
    );
  const read = (context.state.listeners.get(balancer.arn) ?? [])
    .toSorted((a, b) => a.port - b.port)
    .map((each) => readListener(context, { service, balancer }, each));
  const good = shut.length ? [] : read.flatMap((each) => each.good ?? []);
  const readinessPort = good.find((each) => each.join)?.listener.targetGroup.health.port;
  return {
    listeners: good.map((each) => each.listener),
    joins: good.flatMap((each) => each.join ?? []),
    ...(readinessPort !== undefined && { readinessPort }),
    findings: [...shut, ...findings, ...read.flatMap((each) => each.findings)],
  };
}
