import type { Diagnostic } from '../../diagnostics/index.ts';
import { type Changes, changes, lockChanges } from '../../planner/index.ts';
import type { WorkingFolder } from '../files/index.ts';
import { type LockFile, type PlannedSpec, type Planning, planSpecFile, type SpecOptions } from '../planning/index.ts';
import { type Base, type BaseWanted, findBase, findUsualBase, otherSpecOf } from './base.ts';

/** A plan next to what it was compared with. */
export interface Compared {
  /** The spec's name. */
  readonly name: string;
  readonly base: Pick<Base, 'is' | 'name'> & {
    /** The name of its spec, where it is another one. */
    readonly spec?: string;
  };
  readonly changes: Changes;
  /** What the base does not hold, so that a change of it would not show. */
  readonly notCompared: readonly string[];
  /** The plan in the output folder, where there is none and the lock is compared instead. */
  readonly missing?: string;
}

export interface Diffing {
  readonly planning: Planning;
  /** Absent when there is no plan, or nothing to compare it with. */
  readonly compared?: Compared;
  /** Why there is nothing to compare with. */
  readonly problems: readonly Diagnostic[];
}

/** Plans a spec and compares the plan with an earlier one. Writes nothing. */
export async function diffSpecFile(wanted: BaseWanted & SpecOptions, folder: WorkingFolder): Promise<Diffing> {
  const planning = await planSpecFile(wanted.file, folder, wanted);
  const { made, lockFile } = planning;
  if (!made) return { planning, problems: [] };
  const base = await findBase(wanted, { lockFile, name: made.plan.infra.name }, folder);
  if (!('is' in base)) return { planning, problems: base };
  return { planning, compared: compare(made, base), problems: [] };
}

/**
 * Compares a plan with the one that `synth` wrote into the output folder, else with the lock that it was made from.
 *
 * @param out The output folder of `synth`.
 * @returns Undefined when there is neither; problems when the file in the folder is not a plan.
 */
export async function compareWithEarlier(
  made: PlannedSpec,
  { lockFile, out }: { readonly lockFile: LockFile; readonly out: string },
  folder: WorkingFolder,
): Promise<Compared | readonly Diagnostic[] | undefined> {
  const base = await findUsualBase(out, { lockFile, name: made.plan.infra.name }, folder);
  return base && 'is' in base ? compare(made, base) : base;
}

function compare({ plan }: PlannedSpec, base: Base): Compared {
  const { is, name } = base;
  const spec = otherSpecOf(base, plan.infra.name);
  const named = { name: plan.infra.name, base: { is, name, ...(spec !== undefined && { spec }) } };
  if (base.is !== 'lock') {
    const hasCounts = base.plan.cost && base.plan.headroom;
    const missing = hasCounts ? [] : ['cost and limits: the file has none in the form of this version'];
    const notCompared = [...(base.notCompared ?? []), ...missing];
    return { ...named, changes: changes(base.plan, plan), notCompared };
  }
  const targetOfBucket = new Map(
    plan.infra.targets.flatMap(({ name: target, buckets }) => buckets.map((bucket) => [bucket, target] as const)),
  );
  return {
    ...named,
    changes: lockChanges(base.lock, plan.lock, { targetOfBucket, renames: plan.infra.renames ?? [] }),
    notCompared: [...(base.notCompared ?? []), ...notInLocks],
    ...(base.missing !== undefined && { missing: base.missing }),
  };
}

const notInLocks: readonly string[] = [
  'hub, networks, routers, clusters and tags',
  'what routers do with a connection: routes, upstreams, TLS',
  'cost and limits',
  'access beyond the names of rules: where targets share a host name, the pairs are those of the name',
];
