import type { Affected } from './affected.ts';
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
  const key = (list: string): string | undefined => new RegExp(`\\.${list}\\[([^\\]]*)\\]`).exec(path)?.[1];
  const named = (noun: string, list: string): readonly string[] | undefined => {
    const name = key(list);
    return name === undefined ? undefined : [`${noun} ${name}`];
  };
  const rule = key('rules');
  return (
    (rule === undefined ? undefined : [`rule ${rule} of NCC ${key('nccs')}`]) ??
    named('workspace', 'workspaces') ??
    named('NCC', 'nccs') ??
    named('listener', 'listeners') ??
    named('endpoint service', 'endpointServices') ??
    named('network', 'networks') ??
    named('target', 'mskClusters') ??
    named('service credential', 'credentials') ??
    []
  );
}

/** Whether a path is below one that a replacement includes: a pattern of the table of effects, empty for everything. */
export const isUnder = (path: string, above: string): boolean => {
  const pattern = path.replace(/^infra\.?/, '').replace(/\[[^\]]*\]/g, '[]');
  return above === '' || pattern === above || pattern.startsWith(`${above}.`);
};
