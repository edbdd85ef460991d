import { keyIn } from './differences.ts';
import type { Reachable } from './reachable-pairs.ts';

/** Whose connections are affected: those that keep their access. Both empty where this is not known. Sorted. */
export interface Affected {
  readonly targets: readonly string[];
  readonly workspaces: readonly string[];
}

/** Of a plan or a lock, what says whose connections a part of it carries. */
export interface CutPlan {
  readonly nccs: readonly {
    readonly key: string;
    readonly workspaces: readonly { readonly name: string }[];
    readonly rules: readonly {
      readonly key: string;
      readonly service?: string;
      readonly domains?: readonly string[];
      readonly buckets?: readonly string[];
    }[];
  }[];
  readonly endpointServices: readonly {
    readonly key: string;
    readonly listeners: readonly { readonly key: string; readonly targets: readonly string[] }[];
  }[];
  readonly targets: readonly {
    readonly name: string;
    readonly network?: string | undefined;
    readonly hosts?: readonly string[];
    readonly buckets?: readonly string[];
    readonly ports?: readonly { readonly port: number }[];
  }[];
}

/** What is reached before and after. Worked out once, and only where somebody must be named. */
export type Reached = () => readonly [Reachable, Reachable];

/**
 * Whose connections go through parts of a plan, of those that keep their access. Undefined where all that go through them lose it.
 *
 * @param before With the names of the second plan, where something was renamed.
 */
export function affectedBy(before: CutPlan, reached: Reached): (paths: readonly string[]) => Affected | undefined {
  const carriedBy = carriers(before);
  let known: ReturnType<Reached> | undefined;
  return (paths) => {
    const parts = paths.map(carriedBy);
    if (parts.some(({ workspaces, targets }) => !workspaces && !targets)) return { targets: [], workspaces: [] };
    known ??= reached();
    const [had, has] = known;
    const kept = parts.flatMap(({ workspaces, targets }) =>
      [...(workspaces ?? had.keys())].flatMap((workspace) =>
        [...(had.get(workspace) ?? [])]
          .filter((target) => (targets?.has(target) ?? true) && has.get(workspace)?.has(target))
          .map((target) => ({ workspace, target })),
      ),
    );
    if (kept.length === 0) return undefined;
    const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();
    return {
      targets: sorted(kept.map(({ target }) => target)),
      workspaces: sorted(kept.map(({ workspace }) => workspace)),
    };
  };
}

/** Whose connections go through a part of a plan. Absent: not only those of some. */
interface Carried {
  readonly workspaces?: ReadonlySet<string>;
  readonly targets?: ReadonlySet<string>;
}

function carriers({ nccs, endpointServices, targets }: CutPlan): (path: string) => Carried {
  const nccOf = new Map(nccs.map((ncc) => [ncc.key, ncc]));
  const namesBy = new Map<string, Set<string>>();
  const add = (by: string, name: string): void => {
    namesBy.set(by, (namesBy.get(by) ?? new Set()).add(name));
  };
  for (const { key, listeners } of endpointServices)
    for (const listener of listeners)
      for (const name of listener.targets)
        for (const by of [`service ${key}`, `listener ${listener.key}`]) add(by, name);
  for (const { name, network, hosts = [], buckets = [], ports = [] } of targets) {
    for (const host of hosts) add(`host ${host}`, name);
    for (const bucket of buckets) add(`bucket ${bucket}`, name);
    if (network !== undefined) {
      add(`network ${network}`, name);
      for (const { port } of ports) add(`port ${network} ${port}`, name);
    }
    add(`target ${name}`, name);
  }
  /** Of the first that is known. */
  const first = (...by: readonly string[]): Carried => {
    const found = by.map((each) => namesBy.get(each)).find((names) => names !== undefined);
    return found ? { targets: found } : {};
  };
  return (path) => {
    const key = (list: string): string | undefined => keyIn(path, list);
    const ncc = nccOf.get(key('nccs') ?? '');
    if (ncc) {
      const workspace = key('workspaces');
      const rule = ncc.rules.find((each) => each.key === key('rules'));
      const names = rule && [
        ...(key('domains') === undefined ? (rule.domains ?? []) : [key('domains')]).map((host) => `host ${host}`),
        ...(key('buckets') === undefined ? (rule.buckets ?? []) : [key('buckets')]).map((bucket) => `bucket ${bucket}`),
      ];
      const ofRule = new Set((names ?? []).flatMap((by) => [...(namesBy.get(by) ?? [])]));
      return {
        workspaces: new Set(workspace === undefined ? ncc.workspaces.map(({ name }) => name) : [workspace]),
        ...(rule && (ofRule.size > 0 ? { targets: ofRule } : first(`service ${rule.service}`))),
      };
    }
    const network = key('networks') ?? key('egress');
    return first(
      `listener ${key('listeners')}`,
      `service ${key('endpointServices')}`,
      `port ${network} ${key('ports')}`,
      `network ${network}`,
      `target ${key('mskClusters')}`,
    );
  };
}
