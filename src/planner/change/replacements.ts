import type { Affected } from './affected.ts';
import { keyIn } from './differences.ts';
import type { Line } from './lines.ts';

/** An object that is destroyed and made again, and whose connections go through it. */
export interface Replacement extends Affected {
  readonly what: string;
  readonly cuts: string;
  /** Which ones, such as `rule r-2 of NCC n-1`. Empty where there is one, such as the hub. */
  readonly objects: readonly string[];
  /** The differences that replace it. */
  readonly paths: readonly string[];
}

/**
 * Each kind of object once, and without those that are part of a larger one.
 *
 * @param affected Whose connections go through parts of the first plan.
 */
export function replacementsOf(
  lines: readonly Line[],
  affected: (paths: readonly string[]) => Affected | undefined,
): readonly Replacement[] {
  const under = lines.flatMap(({ effect }) => (effect.is === 'replaces' ? (effect.under ?? []) : []));
  const found = new Map<string, { cuts: string; isLarge: boolean; paths: string[] }>();
  for (const { effect, paths } of lines) {
    if (effect.is !== 'replaces') continue;
    if (!effect.under && paths.some((path) => under.some((above) => isUnder(path, above)))) continue;
    const known = found.get(effect.what);
    if (known) known.paths.push(...paths);
    else found.set(effect.what, { cuts: effect.cuts, isLarge: effect.under !== undefined, paths: [...paths] });
  }
  return [...found].map(([what, { cuts, isLarge, paths }]) => ({
    what,
    cuts,
    objects: isLarge ? [] : [...new Set(paths.flatMap(objectOf))],
    ...(affected(paths) ?? { targets: [], workspaces: [] }),
    paths,
  }));
}

/** The object that a difference is in, where there may be several of its kind: the innermost. */
function objectOf(path: string): readonly string[] {
  const rule = keyIn(path, 'rules');
  if (rule !== undefined) return [`rule ${rule} of NCC ${keyIn(path, 'nccs')}`];
  for (const [list, noun] of objects) {
    const key = keyIn(path, list);
    if (key !== undefined) return [`${noun} ${key}`];
  }
  return [];
}

/** Lists of objects, the inner ones first, and what one is called. */
const objects = [
  ['workspaces', 'workspace'],
  ['nccs', 'NCC'],
  ['listeners', 'listener'],
  ['endpointServices', 'endpoint service'],
  ['networks', 'network'],
  ['mskClusters', 'target'],
  ['credentials', 'service credential'],
] as const;

/** Whether a path is below one that a replacement includes: a pattern of the table of effects, empty for everything. */
export const isUnder = (path: string, above: string): boolean => {
  const pattern = path.replace(/^infra\.?/, '').replace(/\[[^\]]*\]/g, '[]');
  return above === '' || pattern === above || pattern.startsWith(`${above}.`);
};
