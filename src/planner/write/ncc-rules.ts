import type { Facts, Limits } from '../../facts/index.ts';
import { type Hostname, isSymbolic, type Ncc, type Rule, symbolicBroker } from '../../ir/index.ts';
import type { Spec } from '../../spec/index.ts';
import type { NccAssignment } from '../access/ncc-assignment.ts';
import type { AllocatedService } from '../lock/allocated-services.ts';
import { boundedName } from '../naming/bounded-name.ts';
import { namesByNcc } from '../placement/placement-units.ts';
import { packNames } from './pack-names.ts';
import { bucketsByNcc, s3Service } from './s3-buckets.ts';

/** NCCs with their rules, and the number of the next rule’s key. */
export interface NccsWithRules {
  readonly nccs: readonly Ncc[];
  readonly nextRule: number;
}

/** The NCCs with their rules: names by service, then buckets. What the lock holds keeps its key. */
export function nccsWithRules(
  spec: Spec,
  assignment: NccAssignment,
  services: readonly AllocatedService[],
  limits: Limits,
  firstRule: number,
  facts: Facts,
): NccsWithRules {
  let next = firstRule;
  const keyOf = (held: string | undefined): string => {
    if (held !== undefined) return held;
    next += 1;
    return `r-${next - 1}`;
  };
  const ids = new Map(spec.workspaces.map((workspace) => [workspace.name, workspace.id]));
  const names = services.map((service) => namesByNcc(service.units, assignment.nccs.length));
  const buckets = bucketsByNcc(spec, assignment.grantsOf, assignment.nccs.length);
  const nowCalled = renamedBrokers(spec);
  const nccs = assignment.nccs.map((ncc, index): Ncc => {
    const then = (ncc.held?.rules ?? []).map((rule) => ({
      ...rule,
      names: rule.names.map((name) => nowCalled.get(name) ?? name),
    }));
    const held = Map.groupBy(then, (rule) => rule.service);
    const rules: Rule[] = [];
    services.forEach((service, at) => {
      const wanted = names[at]?.[index] ?? [];
      if (wanted.length === 0) return;
      for (const rule of packNames(wanted, held.get(service.key) ?? [], limits.domains_per_rule.value))
        rules.push({
          kind: 'service',
          key: keyOf(rule.key),
          service: service.key,
          domains: rule.names as readonly Hostname[],
        });
    });
    for (const rule of packNames(buckets[index] ?? [], held.get('s3') ?? [], limits.buckets_per_rule.value))
      rules.push({
        kind: 's3',
        key: keyOf(rule.key),
        awsService: s3Service(spec.aws.region),
        buckets: rule.names,
      });
    return {
      key: ncc.key,
      name: ncc.held?.name ?? boundedName(spec.name, ncc.key, facts.numbers.nccNameMax.value),
      workspaces: ncc.workspaces.map((name) => {
        const id = ids.get(name);
        return { name, ...(id === undefined ? {} : { id }) };
      }),
      rules,
    };
  });
  return { nccs, nextRule: next };
}

/** Brokers that exist only after apply are named after their target: when it is renamed, the lock has their names of before. */
function renamedBrokers(spec: Spec): ReadonlyMap<string, string> {
  const pairs = spec.targets.flatMap(({ renamedFrom, hosts }) =>
    renamedFrom === undefined
      ? []
      : hosts.flatMap((host, at) => (isSymbolic(host) ? [[symbolicBroker(renamedFrom, at + 1), host] as const] : [])),
  );
  return new Map<string, string>(pairs);
}
