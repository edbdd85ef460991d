import type { Lock } from '../lock/file/lock.ts';
import { type AccessChanges, withoutPairs } from './access-changes.ts';
import { affectedBy, type CutPlan } from './affected.ts';
import type { Changes } from './changes.ts';
import { cutsOf } from './cuts.ts';
import { differences } from './differences.ts';
import { linesOf } from './lines.ts';
import { type PlacedTarget, placeChanges } from './places.ts';
import type { Reachable } from './reachable-pairs.ts';
import { type Names, newNames, type Rename, renamesBetween } from './renames.ts';
import { replacementsOf } from './replacements.ts';
import { stillBound } from './still-bound.ts';

/** What only the plan of the second lock knows. */
export interface KnownOfPlan {
  /** A lock has buckets and not their targets. */
  readonly targetOfBucket: ReadonlyMap<string, string>;
  /** Targets that the spec says have another name now. */
  readonly renames: readonly { readonly from: string; readonly to: string }[];
}

/**
 * Compares what two locks hold: NCCs, rules and their names, load balancers, listeners, and who has a rule to what. Cost, limits,
 * hub, networks, routers and routes are in no lock.
 */
export function lockChanges(before: Lock, after: Lock, { targetOfBucket, renames }: KnownOfPlan): Changes {
  const renamed = renamesBetween(namesOf(before), namesOf(after), renames);
  const old = withNewLockNames(before, renamed);
  const held = heldBy(old);
  const lines = linesOf(differences({ infra: held }, { infra: heldBy(after) }));
  const [had, has] = [rulesTo(old, targetOfBucket), rulesTo(after, targetOfBucket)];
  const access: AccessChanges = { lost: withoutPairs(had, has), gained: withoutPairs(has, had) };
  const targets = [...targetsHeld(old), ...[...targetOfBucket].map(([bucket, name]) => ({ name, buckets: [bucket] }))];
  const affected = affectedBy({ ...held, targets }, () => [had, has]);
  return {
    access,
    renamed,
    places: placeChanges(placesHeld(old), placesHeld(after)),
    stillBound: stillBound(before, after),
    replaced: replacementsOf(lines, affected),
    cut: cutsOf(lines, affected),
    lines,
    limits: [],
  };
}

const namesOf = ({ nccs, services }: Lock): Names => ({
  targets: new Set(
    services.flatMap(({ listeners }) => listeners.flatMap(({ holds }) => holds.map(({ target }) => target))),
  ),
  workspaces: nccs.flatMap((ncc) => ncc.workspaces),
});

/** A lock with its targets and workspaces under their new names. */
function withNewLockNames(lock: Lock, renamed: readonly Rename[]): Lock {
  if (renamed.length === 0) return lock;
  const newName = newNames(renamed);
  return {
    ...lock,
    nccs: lock.nccs.map((ncc) => ({
      ...ncc,
      workspaces: ncc.workspaces.map((each) => ({ ...each, name: newName('workspace', each.name) })),
    })),
    services: lock.services.map((service) => ({
      ...service,
      listeners: service.listeners.map((listener) => ({
        ...listener,
        holds: listener.holds.map((each) => ({ ...each, target: newName('target', each.target) })),
      })),
    })),
  };
}

/** What a lock holds, with the fields that it has in an infra plan. */
const heldBy = ({ name, region, account, nccs, services }: Lock) => ({
  name,
  aws: { region, account },
  nccs: nccs.map((ncc) => ({
    key: ncc.key,
    name: ncc.name,
    workspaces: ncc.workspaces,
    rules: ncc.rules.map(({ key, service, names }) =>
      service === 's3' ? { kind: 's3', key, buckets: names } : { kind: 'service', key, service, domains: names },
    ),
  })),
  endpointServices: services.map((service) => ({
    key: service.key,
    nlb: { name: service.name },
    listeners: service.listeners.map(({ port, targetGroup, routerPort, holds }) => ({
      key: `${service.key}/${port}`,
      port,
      targetGroup: { name: targetGroup, ...(routerPort !== undefined && { port: routerPort }) },
      targets: [...new Set(holds.map(({ target }) => target))],
    })),
  })),
});

const targetsHeld = ({ services }: Lock): CutPlan['targets'] =>
  services.flatMap(({ listeners }) =>
    listeners.flatMap(({ holds }) => holds.map(({ target, host }) => ({ name: target, hosts: [host] }))),
  );

/** A lock does not say which workspaces may reach a target. */
const placesHeld = ({ services }: Lock): readonly PlacedTarget[] =>
  services.flatMap(({ listeners }) =>
    listeners.flatMap(({ port, holds }) =>
      holds.map(({ target, host }) => ({ name: target, places: [`${host}:${port}`], workspaces: [] })),
    ),
  );

/** By workspace, the targets that its NCC has a rule to: by a name that the rule lists and a listener of its service holds. */
function rulesTo({ nccs, services }: Lock, targetOfBucket: ReadonlyMap<string, string>): Reachable {
  const held = new Map<string, readonly { readonly target: string; readonly host: string }[]>(
    services.map(({ key, listeners }) => [key, listeners.flatMap(({ holds }) => holds)]),
  );
  return new Map(
    nccs.flatMap((ncc) => {
      const targets = ncc.rules.flatMap(({ service, names }) => {
        if (service === 's3') return names.map((bucket) => targetOfBucket.get(bucket) ?? `bucket ${bucket}`);
        const listed = new Set(names);
        return (held.get(service) ?? []).filter(({ host }) => listed.has(host)).map(({ target }) => target);
      });
      return ncc.workspaces.map(({ name }) => [name, new Set(targets)] as const);
    }),
  );
}
