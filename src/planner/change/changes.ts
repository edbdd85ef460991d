import type { Headroom } from '../../estimate/index.ts';
import { type AccessChanges, accessChanges } from './access-changes.ts';
import { affectedBy } from './affected.ts';
import { movedClusters } from './cluster-subnets.ts';
import { type ComparedCost, type CostChange, costChange, type LimitChange, limitChanges } from './counted-changes.ts';
import { type Cut, cutsOf } from './cuts.ts';
import { type Difference, differences } from './differences.ts';
import { type Line, linesOf } from './lines.ts';
import { type PlaceChange, placeChanges, placedTargets } from './places.ts';
import { reachableTargets } from './reachable-pairs.ts';
import { type LikelyRename, likelyRenames, type Plans, type Rename, renamesOf, withNewNames } from './renames.ts';
import { type Replacement, replacementsOf } from './replacements.ts';
import { type StillBound, stillBound } from './still-bound.ts';

/** One of two plans that are compared. Cost and headroom are compared where both have them. */
export interface Compared extends Plans {
  readonly cost?: ComparedCost;
  readonly headroom?: readonly Headroom[];
}

/** What is not the same in two plans. Nothing in it: the plans are equal. */
export interface Changes {
  readonly access: AccessChanges;
  readonly renamed: readonly Rename[];
  /** Absent where nothing looks so, and in locks, which have no types. */
  readonly likelyRenamed?: readonly LikelyRename[];
  /** Targets that keep their name and are reached at other places, so that who has access reaches something else. */
  readonly places: readonly PlaceChange[];
  /** Workspaces that lose their NCC in the plan and keep it in Databricks. */
  readonly stillBound: readonly StillBound[];
  readonly replaced: readonly Replacement[];
  /** Connections that break though access and objects stay, and what breaks them. */
  readonly cut: readonly Cut[];
  /** Every difference, those of access and replacement included. */
  readonly lines: readonly Line[];
  readonly cost?: CostChange;
  readonly limits: readonly LimitChange[];
}

/**
 * Compares two plans. Complete: where infra or routes differ anywhere, a line or a rename says so. Why a listener forwards is told only where nothing else differs.
 *
 * @param before The plan that was applied, or that another revision has.
 */
export function changes(before: Compared, after: Compared): Changes {
  const renamed = renamesOf(before.infra, after.infra);
  const old = withNewNames(before, renamed);
  const found = differences({ infra: old.infra, routes: old.routes }, { infra: after.infra, routes: after.routes });
  const lines = [
    ...linesOf(withoutReasons(renamed.length === 0 ? found : found.filter(isNoConsequence)), before.infra.hub),
    ...movedClusters(old.infra, after.infra),
  ];
  const cost = before.cost && after.cost && costChange(before.cost, after.cost);
  const likely = likelyRenames(old.infra, after.infra);
  const affected = affectedBy(old.infra, () => [
    reachableTargets(old.infra, old.routes),
    reachableTargets(after.infra, after.routes),
  ]);
  return {
    access: accessChanges(old, after),
    renamed,
    ...(likely.length > 0 && { likelyRenamed: likely }),
    places: placeChanges(placedTargets(old), placedTargets(after)),
    stillBound: stillBound(before.infra, after.infra),
    replaced: replacementsOf(lines, affected),
    cut: cutsOf(lines, affected),
    lines,
    ...(cost && { cost }),
    limits: before.headroom && after.headroom ? limitChanges(before.headroom, after.headroom) : [],
  };
}

/** Whether two plans differ in anything that {@link Changes} tells. */
export const isNothing = ({ renamed, lines, cost, limits }: Changes): boolean =>
  renamed.length === 0 && lines.length === 0 && cost === undefined && limits.length === 0;

/** These lists are sorted by name, so a new name gives them another order. */
const sortedByName: readonly string[] = ['targets', 'workspaces', 'routes', 'mskClusters'];

const isNoConsequence = ({ path }: Difference): boolean =>
  path.at(-1) !== 'order' || !sortedByName.includes(path.at(-2) ?? '');

/** A reason follows from what differs, and says nothing beyond it. */
function withoutReasons(found: readonly Difference[]): readonly Difference[] {
  const others = found.filter(({ path }) => path.at(-1) !== 'why' || path.at(-2) !== 'forward');
  return others.length > 0 ? others : found;
}
