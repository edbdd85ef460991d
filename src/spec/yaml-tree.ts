/** A YAML document with aliases and merge keys resolved, every value and key with its place. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

export interface YamlMap {
  readonly kind: 'map';
  /** Where it starts in the text, in UTF-16 units from 0. */
  readonly offset: number;
  /** Values below and including this one, aliases counted as if written out. */
  readonly size: number;
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

export interface YamlEntry {
  readonly keyOffset: number;
  readonly value: YamlNode;
}

export interface YamlList {
  readonly kind: 'list';
  readonly offset: number;
  readonly size: number;
  readonly items: readonly YamlNode[];
}

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly offset: number;
  readonly size: 1;
  readonly value: string | number | boolean | null;
  /** As written, without quotes: `011122223333` where `value` has lost the zero. */
  readonly source: string;
}

/** Plain data for the schema. Maps are made without a prototype, so no key of a file means anything to the language. */
export function toData(node: YamlNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toData);
    case 'map': {
      const data: Record<string, unknown> = Object.create(null);
      for (const [key, entry] of node.entries) data[key] = toData(entry.value);
      return data;
    }
    default:
      return node satisfies never;
  }
}

/** The node at a path, or undefined. */
export function nodeAt(root: YamlNode | undefined, path: readonly (string | number)[]): YamlNode | undefined {
  let node = root;
  for (const part of path) node = childOf(node, part)?.value;
  return node;
}

/**
 * Where a problem at this path is shown: the value if it is a scalar, the key of a map or list, the item of a list.
 * `key` always shows the key. What is missing is shown at the nearest thing around it that is there.
 */
export function offsetAt(root: YamlNode | undefined, path: readonly (string | number)[], at: 'key' | 'value'): number {
  let node = root;
  let offset = root?.offset ?? 0;
  for (const [i, part] of path.entries()) {
    const child = childOf(node, part);
    if (!child) break;
    const isLast = i === path.length - 1;
    offset =
      child.keyOffset !== undefined && (child.value.kind !== 'scalar' || (isLast && at === 'key'))
        ? child.keyOffset
        : child.value.offset;
    node = child.value;
  }
  return offset;
}

function childOf(
  node: YamlNode | undefined,
  part: string | number,
): { readonly keyOffset?: number; readonly value: YamlNode } | undefined {
  if (node?.kind === 'map') return node.entries.get(String(part));
  if (node?.kind !== 'list' || typeof part !== 'number') return undefined;
  const value = node.items[part];
  return value && { value };
}
