import type { Hostname } from '../ir/index.ts';
import type { GrantedTarget, Grants, WorkspaceGrants } from './proof-types.ts';

/** Workspaces that may reach the same targets. */
export interface GrantSet {
  readonly key: string;
  readonly workspaces: readonly string[];
  /** What `access:` grants. */
  readonly granted: ReadonlySet<string>;
  /** Granted, or accepted as surplus. */
  readonly may: ReadonlySet<string>;
  readonly targetsInAll: number;
}

/** Grants with each question one look-up away. */
export interface GrantIndex {
  readonly targets: readonly GrantedTarget[];
  readonly byName: ReadonlyMap<string, GrantedTarget>;
  /** By key. */
  readonly sets: ReadonlyMap<string, GrantSet>;
  /** Targets of each host name, and of each bucket. */
  readonly ownersOf: ReadonlyMap<Hostname, readonly string[]>;
  readonly ownersOfBucket: ReadonlyMap<string, readonly string[]>;
  /** The set of a workspace; one that the grants do not know may reach nothing. */
  setOf(workspace: string): GrantSet;
}

/** Indexes grants. Linear; workspaces that share an array of targets, or have equal ones, share a set. */
export function grantIndex(grants: Grants): GrantIndex {
  const number = new Map(grants.targets.map((target, i) => [target.name, i]));
  const keys = new Map<readonly string[], string>();
  const keyOf = (names: readonly string[]): string => {
    const known = keys.get(names);
    if (known !== undefined) return known;
    const key = [...new Set(names)]
      .map((name) => number.get(name) ?? name)
      .sort()
      .join(' ');
    keys.set(names, key);
    return key;
  };
  const sets = new Map<string, GrantSet & { workspaces: string[] }>();
  const home = new Map<string, GrantSet>();
  for (const grant of grants.workspaces) {
    const key = `${keyOf(grant.targets)}|${keyOf(grant.surplus ?? none)}`;
    let set = sets.get(key);
    if (!set) {
      set = { key, workspaces: [], ...membersOf(grant), targetsInAll: grants.targets.length };
      sets.set(key, set);
    }
    set.workspaces.push(grant.workspace);
    home.set(grant.workspace, set);
  }
  const nothing: GrantSet = {
    key: '',
    workspaces: [],
    ...membersOf({ targets: none }),
    targetsInAll: grants.targets.length,
  };
  return {
    targets: grants.targets,
    byName: new Map(grants.targets.map((target) => [target.name, target])),
    sets,
    ownersOf: owners(grants.targets, (target) => target.hosts),
    ownersOfBucket: owners(grants.targets, (target) => target.buckets),
    setOf: (workspace) => home.get(workspace) ?? nothing,
  };
}

const none: readonly string[] = [];

const membersOf = ({
  targets,
  surplus,
}: Pick<WorkspaceGrants, 'targets' | 'surplus'>): Pick<GrantSet, 'granted' | 'may'> => {
  const granted = new Set(targets);
  return { granted, may: surplus && surplus.length > 0 ? new Set([...targets, ...surplus]) : granted };
};

function owners<K extends string>(
  targets: readonly GrantedTarget[],
  keys: (target: GrantedTarget) => readonly K[],
): ReadonlyMap<K, readonly string[]> {
  const found = new Map<K, string[]>();
  for (const target of targets)
    for (const key of keys(target)) {
      const names = found.get(key);
      if (names) names.push(target.name);
      else found.set(key, [target.name]);
    }
  return found;
}
