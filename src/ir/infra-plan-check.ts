import type { Code, Diagnostic } from '../diagnostics/index.ts';
import type { EndpointService, Hub, InfraPlan, Ncc } from './infra-plan.ts';
import { cidrContains, cidrRange, ipv4Text } from './values.ts';

const code = 'LG_PLAN_INCONSISTENT' satisfies Code;

type Path = readonly (string | number)[];

/** A contradiction inside a plan, as a diagnostic. `path` is the place in the plan, not in the spec. */
export const inconsistent = (path: Path, message: string): Diagnostic => ({ code, severity: 'error', path, message });

/**
 * Whether the parts of an infra plan fit each other: keys and names unique, each rule's service there, each name in one
 * rule of its NCC, each workspace in one NCC, subnets apart and inside the hub. Limits are the planner's. Linear; never throws.
 */
export function checkInfraPlan(plan: InfraPlan): readonly Diagnostic[] {
  const services = new Set(plan.endpointServices.map((service) => service.key));
  return [
    ...duplicates(plan.nccs, ['nccs'], (ncc) => ({ key: ncc.key, name: ncc.name })),
    ...duplicates(plan.endpointServices, ['endpointServices'], ({ key, nlb }) => ({ key, 'nlb name': nlb.name })),
    ...duplicates(plan.networks, ['networks'], ({ name }) => ({ name })),
    ...uniqueWorkspaces(plan.nccs),
    ...uniqueRules(plan.nccs),
    ...plan.nccs.flatMap((ncc, i) => checkNcc(ncc, services, ['nccs', i])),
    ...plan.endpointServices.flatMap((service, i) => checkService(service, ['endpointServices', i])),
    ...targetGroupNames(plan.endpointServices),
    ...(plan.hub ? checkHub(plan.hub) : []),
    ...checkDependencies(plan),
  ];
}

function duplicates<T>(items: readonly T[], path: Path, names: (item: T) => Record<string, string>): Diagnostic[] {
  const seen = new Map<string, number>();
  const found: Diagnostic[] = [];
  for (const [i, item] of items.entries())
    for (const [what, name] of Object.entries(names(item))) {
      const first = seen.get(`${what}\n${name}`);
      if (first === undefined) seen.set(`${what}\n${name}`, i);
      else found.push(inconsistent([...path, i], `${path.at(-1)} ${first} and ${i} have the same ${what}, ${name}`));
    }
  return found;
}

function uniqueWorkspaces(nccs: readonly Ncc[]): Diagnostic[] {
  const home = new Map<string, string>();
  const found: Diagnostic[] = [];
  for (const [i, ncc] of nccs.entries())
    for (const { name } of ncc.workspaces) {
      const other = home.get(name);
      if (other === undefined) home.set(name, ncc.key);
      else found.push(inconsistent(['nccs', i], `workspace ${name} is in NCC ${other} and in NCC ${ncc.key}`));
    }
  return found;
}

function uniqueRules(nccs: readonly Ncc[]): Diagnostic[] {
  const home = new Map<string, string>();
  const found: Diagnostic[] = [];
  for (const [i, ncc] of nccs.entries())
    for (const { key } of ncc.rules) {
      const other = home.get(key);
      if (other === undefined) home.set(key, ncc.key);
      else found.push(inconsistent(['nccs', i, 'rules'], `rule ${key} is in NCC ${other} and in NCC ${ncc.key}`));
    }
  return found;
}

function checkNcc(ncc: Ncc, services: ReadonlySet<string>, path: Path): Diagnostic[] {
  const home = new Map<string, string>();
  const found: Diagnostic[] = [];
  for (const [i, rule] of ncc.rules.entries()) {
    const at = [...path, 'rules', i];
    const names = rule.kind === 'service' ? rule.domains : rule.buckets;
    if (names.length === 0) found.push(inconsistent(at, `rule ${rule.key} of NCC ${ncc.key} lists nothing`));
    if (rule.kind === 'service' && !services.has(rule.service))
      found.push(
        inconsistent(
          at,
          `rule ${rule.key} of NCC ${ncc.key} names endpoint service ${rule.service}, which is not in the plan`,
        ),
      );
    for (const name of names) {
      const other = home.get(`${rule.kind} ${name}`);
      if (other === undefined) home.set(`${rule.kind} ${name}`, rule.key);
      else
        found.push(
          inconsistent(
            at,
            `${name} is in rule ${other} and in rule ${rule.key} of NCC ${ncc.key}; which one answers is not known`,
          ),
        );
    }
  }
  return found;
}

function checkService(service: EndpointService, path: Path): Diagnostic[] {
  const found: Diagnostic[] = [];
  const ports = new Set<number>();
  if (service.allowedPrincipals.some((principal) => principal.includes('*')))
    found.push(
      inconsistent(path, `endpoint service ${service.key} allows a wildcard principal, which makes it public`),
    );
  for (const [i, listener] of service.listeners.entries()) {
    const at = [...path, 'listeners', i];
    if (listener.key !== `${service.key}/${listener.port}`)
      found.push(
        inconsistent(
          at,
          `listener ${listener.key} is on port ${listener.port} of endpoint service ${service.key}, but its key does not match`,
        ),
      );
    if (ports.has(listener.port))
      found.push(inconsistent(at, `endpoint service ${service.key} has two listeners on port ${listener.port}`));
    ports.add(listener.port);
    if (listener.targets.length === 0) found.push(inconsistent(at, `no target is behind listener ${listener.key}`));
    if (listener.forward.to !== 'router' && listener.targets.length !== 1)
      found.push(
        inconsistent(
          at,
          `listener ${listener.key} forwards to addresses without a router and has ${listener.targets.length} targets; it can have only one`,
        ),
      );
    if (listener.forward.to === 'addresses' && listener.forward.members.length === 0)
      found.push(inconsistent(at, `listener ${listener.key} forwards to addresses and lists none`));
  }
  return found;
}

const targetGroupNames = (services: readonly EndpointService[]): Diagnostic[] =>
  duplicates(
    services.flatMap((service) => service.listeners),
    ['listeners'],
    ({ targetGroup }) => ({ 'target group name': targetGroup.name }),
  );

function checkHub({ vpc }: Hub): Diagnostic[] {
  if (vpc.kind === 'existing') return [];
  const found = duplicates(vpc.subnets, ['hub', 'vpc', 'subnets'], ({ key }) => ({ key }));
  const ranges = vpc.subnets.map((subnet) => ({ subnet, ...cidrRange(subnet.cidr) })).sort((a, b) => a.first - b.first);
  for (const [i, range] of ranges.entries()) {
    const { subnet, first, last } = range;
    if (!cidrContains(vpc.cidr, ipv4Text(first)) || !cidrContains(vpc.cidr, ipv4Text(last)))
      found.push(
        inconsistent(
          ['hub', 'vpc', 'subnets'],
          `subnet ${subnet.key} (${subnet.cidr}) is outside the hub’s ${vpc.cidr}`,
        ),
      );
    const next = ranges[i + 1];
    if (next && next.first <= last)
      found.push(
        inconsistent(
          ['hub', 'vpc', 'subnets'],
          `subnets ${subnet.key} (${subnet.cidr}) and ${next.subnet.key} (${next.subnet.cidr}) overlap`,
        ),
      );
  }
  return found;
}

/** What must be there because something else is. */
function checkDependencies(plan: InfraPlan): Diagnostic[] {
  const found: Diagnostic[] = [];
  const listeners = plan.endpointServices.flatMap((service) => service.listeners);
  if (plan.endpointServices.length > 0 && !plan.hub)
    found.push(inconsistent(['hub'], 'there are endpoint services, but no hub for their load balancers'));
  if (!plan.router && listeners.some((listener) => listener.forward.to === 'router'))
    found.push(inconsistent(['router'], 'there are listeners that forward to a router, but no router'));
  const clusters = new Set(plan.mskClusters.map((cluster) => cluster.target));
  for (const { key, forward } of listeners)
    if (forward.to === 'broker' && !clusters.has(forward.target))
      found.push(
        inconsistent(
          ['mskClusters'],
          `listener ${key} forwards to a broker of ${forward.target}, which is not a cluster of the plan`,
        ),
      );
  return found;
}
