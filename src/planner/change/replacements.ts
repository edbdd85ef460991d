import type { Line } from './lines.ts';

/** An object that is destroyed and made again. */
export interface Replacement {
  readonly what: string;
  readonly cuts: string;
  /** The differences that replace it. */
  readonly paths: readonly string[];
}

/** Each object once, and without those that are part of a larger one. */
export function replacementsOf(lines: readonly Line[]): readonly Replacement[] {
  const under = lines.flatMap(({ effect }) => (effect.is === 'replaces' ? (effect.under ?? []) : []));
  const found = new Map<string, { cuts: string; paths: string[] }>();
  for (const { effect, paths } of lines) {
    if (effect.is !== 'replaces') continue;
    if (!effect.under && paths.some((path) => under.some((above) => isUnder(path, above)))) continue;
    const known = found.get(effect.what);
    if (known) known.paths.push(...paths);
    else found.set(effect.what, { cuts: effect.cuts, paths: [...paths] });
  }
  return [...found].map(([what, { cuts, paths }]) => ({ what, cuts, paths }));
}

/** Whether a path is below one that a replacement includes: a pattern of the table of effects, empty for everything. */
export const isUnder = (path: string, above: string): boolean => {
  const pattern = path.replace(/^infra\.?/, '').replace(/\[[^\]]*\]/g, '[]');
  return above === '' || pattern === above || pattern.startsWith(`${above}.`);
};
