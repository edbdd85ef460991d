import type { Affected } from './affected.ts';
import type { Line } from './lines.ts';
import { isUnder } from './replacements.ts';

/** Connections that break, and the change that breaks them. The pairs of workspace and target stay. */
export interface Cut extends Affected {
  /** The change, in a sentence. */
  readonly what: string;
  readonly cuts: string;
  readonly paths: readonly string[];
}

/**
 * Lines that cut connections, without those that are part of a larger cut or replacement, and without those that break only what
 * loses its access: the pairs that are lost say so.
 *
 * @param affected Whose connections go through parts of the first plan.
 */
export function cutsOf(
  lines: readonly Line[],
  affected: (paths: readonly string[]) => Affected | undefined,
): readonly Cut[] {
  const cutting = lines.filter(({ effect }) => effect.is === 'cuts');
  const replaced = lines.flatMap(({ effect }) => (effect.is === 'replaces' ? (effect.under ?? []) : []));
  const gone = new Set(cutting.filter(({ is }) => is === 'removed').flatMap(({ paths }) => paths));
  const found = cutting.flatMap(({ text, effect, paths }): readonly Cut[] => {
    const [path = ''] = paths;
    if (effect.is !== 'cuts' || replaced.some((above) => isUnder(path, above)) || isPartOf(path, gone)) return [];
    const whose = affected([path]);
    return whose ? [{ what: text, cuts: effect.cuts, ...whose, paths }] : [];
  });
  return found.filter((cut) => !found.some((other) => tellsToo(other, cut)));
}

function isPartOf(path: string, removed: ReadonlySet<string>): boolean {
  for (let at = path.indexOf('.'); at > 0; at = path.indexOf('.', at + 1))
    if (removed.has(path.slice(0, at))) return true;
  return false;
}

/**
 * What goes together when something moves, the largest first: on the way to the hub, and behind it. Of the same connections the
 * largest is told.
 */
const oneEvent: readonly (readonly RegExp[])[] = [
  [
    /^infra\.nccs\[[^\]]*\](\.workspaces\[[^\]]*\])?$/,
    /^infra\.endpointServices\[[^\]]*\]$/,
    /^infra\.endpointServices\[[^\]]*\]\.listeners\[[^\]]*\]$/,
    /^infra\.nccs\[[^\]]*\]\.rules\[[^\]]*\]$/,
    /^infra\.nccs\[[^\]]*\]\.rules\[[^\]]*\]\.(domains|buckets)\[[^\]]*\]$/,
  ],
  [/^infra\.networks\[[^\]]*\]$/, /^infra\.networks\[[^\]]*\]\.(ports|cidrs)\[/, /^infra\.router\.egress\[/],
];

/** Whether a cut of the same event tells of all connections that another one tells of. */
function tellsToo(larger: Cut, smaller: Cut): boolean {
  const [one = '', other = ''] = [larger.paths[0], smaller.paths[0]];
  const isOneEvent = oneEvent.some((kinds) => {
    const [at, below] = [one, other].map((path) => kinds.findIndex((kind) => kind.test(path)));
    return at !== undefined && below !== undefined && at >= 0 && at < below;
  });
  return isOneEvent && isWithin(smaller.targets, larger.targets) && isWithin(smaller.workspaces, larger.workspaces);
}

const isWithin = (some: readonly string[], all: readonly string[]): boolean =>
  some.length > 0 && some.every((each) => all.includes(each));
