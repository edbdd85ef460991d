import type { Difference } from './differences.ts';

/** What has left one place and come to another. */
export interface Move {
  readonly from: Difference;
  readonly to: Difference;
}

/** Workspaces that go to another NCC, and names and buckets that go to another rule of their NCC. */
export function movesOf(found: readonly Difference[]): readonly Move[] {
  const left = new Map<string, Difference[]>();
  const came = new Map<string, Difference[]>();
  for (const difference of found) {
    const thing = movable(difference.path);
    if (thing === undefined || (difference.before !== undefined && difference.after !== undefined)) continue;
    const places = difference.after === undefined ? left : came;
    places.set(thing, [...(places.get(thing) ?? []), difference]);
  }
  return [...left].flatMap(([thing, places]) => {
    const [from, to] = [places[0], came.get(thing)?.[0]];
    return from && to && places.length === 1 && came.get(thing)?.length === 1 ? [{ from, to }] : [];
  });
}

/** What is the same thing wherever it is. Undefined for what cannot move. */
function movable(path: readonly string[]): string | undefined {
  const [, root, ncc = '', list, key = '', names, name = ''] = path;
  if (root !== 'nccs') return undefined;
  if (list === 'workspaces' && path.length === 5) return `workspace ${key}`;
  return list === 'rules' && path.length === 7 && (names === 'domains' || names === 'buckets')
    ? `${ncc} ${names} ${name}`
    : undefined;
}
