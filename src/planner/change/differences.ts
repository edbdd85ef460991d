/** One place where two documents are not the same. */
export interface Difference {
  /** Field names, and keys of entries in brackets: `['nccs', '[n-1]', 'name']`. */
  readonly path: readonly string[];
  /** Absent: it is added. */
  readonly before?: unknown;
  /** Absent: it is removed. */
  readonly after?: unknown;
}

/** Fields that are maps by name, not objects with fields of their own. */
const maps: ReadonlySet<string> = new Set(['upstreams', 'tags']);

/** What tells one form of a union from another: objects that differ in it are other things. */
const forms = ['kind', 'to', 'by'] as const;

/**
 * Every place where two JSON documents differ, in the order of the second. Empty exactly where they are equal: entries of lists
 * are matched by their keys, and where keys are the same and the order is not, that is a difference, too. Linear.
 */
export function differences(before: unknown, after: unknown): readonly Difference[] {
  const found: Difference[] = [];
  compare([], before, after, found);
  return found;
}

/** A path as people read it: `nccs[n-1].rules[r-1].domains[db.acme.com]`. */
export const pathText = (path: readonly string[]): string => path.join('.').replaceAll('.[', '[');

/** The key of the entry of a list that such a path goes through: `r-1` for `rules`. */
export const keyIn = (path: string, list: string): string | undefined =>
  new RegExp(`\\.${list}\\[([^\\]]*)\\]`).exec(path)?.[1];

/** A path with its keys left out: `nccs[].rules[].domains[]`. */
export const patternOf = (path: readonly string[]): string =>
  pathText(path.map((step) => (step.startsWith('[') ? '[]' : step)));

function compare(path: readonly string[], before: unknown, after: unknown, found: Difference[]): void {
  if (before === after) return;
  if (Array.isArray(before) && Array.isArray(after)) compareLists(path, before, after, found);
  else if (!isObject(before) || !isObject(after) || forms.some((form) => isOtherForm(before[form], after[form])))
    differs(path, before, after, found);
  else {
    const isMap = maps.has(path.at(-1) ?? '');
    for (const name of new Set([...Object.keys(after), ...Object.keys(before)]))
      compare([...path, isMap ? `[${name}]` : name], before[name], after[name], found);
  }
}

const isOtherForm = (before: unknown, after: unknown): boolean =>
  typeof before === 'string' && typeof after === 'string' && before !== after;

function compareLists(
  path: readonly string[],
  before: readonly unknown[],
  after: readonly unknown[],
  found: Difference[],
): void {
  const named = [byKey(before), byKey(after)] as const;
  // Entries without keys of their own are told from each other by their places.
  const [old, next] = named[0] && named[1] ? [named[0], named[1]] : [byPlace(before), byPlace(after)];
  for (const [key, item] of next) {
    if (old.has(key)) compare([...path, `[${key}]`], old.get(key), item, found);
    else enters([...path, `[${key}]`], undefined, item, found);
  }
  for (const [key, item] of old) if (!next.has(key)) enters([...path, `[${key}]`], item, undefined, found);
  const common = [...old.keys()].filter((key) => next.has(key));
  const order = [...next.keys()].filter((key) => old.has(key));
  if (common.some((key, at) => key !== order[at])) differs([...path, 'order'], common, order, found);
}

function differs(path: readonly string[], before: unknown, after: unknown, found: Difference[]): void {
  found.push({ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) });
}

/** Lists in entries that come or go whose own entries are told one by one: what is in them may have come from another. */
const toldApart: readonly string[] = ['workspaces', 'rules', 'domains', 'buckets', 'listeners'];

/** An entry is added or removed: itself, and what it holds. */
function enters(path: readonly string[], before: unknown, after: unknown, found: Difference[]): void {
  differs(path, before, after, found);
  const item = after ?? before;
  if (!isObject(item) || !['nccs', 'rules', 'endpointServices'].includes(path.at(-2) ?? '')) return;
  for (const list of toldApart) {
    const held = item[list];
    if (Array.isArray(held))
      compareLists([...path, list], before === undefined ? [] : held, after === undefined ? [] : held, found);
  }
}

/** Undefined where two entries have the same key, or one has none. */
function byKey(items: readonly unknown[]): ReadonlyMap<string, unknown> | undefined {
  const keyed = new Map<string, unknown>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined || keyed.has(key)) return undefined;
    keyed.set(key, item);
  }
  return keyed;
}

const byPlace = (items: readonly unknown[]): ReadonlyMap<string, unknown> =>
  new Map(items.map((item, at) => [String(at), item]));

/** Fields that name an entry of a plan, the first that it has. */
const keys = ['key', 'target', 'name', 'number', 'network', 'address', 'from', 'port'] as const;

function keyOf(item: unknown): string | undefined {
  if (!isObject(item)) return Array.isArray(item) || item === null ? undefined : String(item);
  const name = keys.find((each) => item[each] !== undefined);
  const value = name === undefined ? undefined : item[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
