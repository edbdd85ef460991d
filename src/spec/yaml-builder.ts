import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Code, PlacedDiagnostic } from '../diagnostics/index.ts';
import type { SpecSource } from './spec-source.ts';
import { escapeControls, shown } from './wording.ts';
import type { YamlEntry, YamlMap, YamlNode } from './yaml-tree.ts';

/** Values that aliases may stand for, all together. A spec with a few hundred shared fields needs some thousand. */
const aliasedAtMost = 100_000;

const coreTag = 'tag:yaml.org,2002:';
const knownTags = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => coreTag + name));

/** Nodes of the parser → our tree. Aliases share the node they stand for, so that a bomb costs its written size. */
export class TreeBuilder {
  readonly problems: PlacedDiagnostic[] = [];
  readonly oddNumbers: PlacedDiagnostic[] = [];
  readonly #source: SpecSource;
  /** The latest node of each anchor; `open` while it is being read, when an alias to it would never end. */
  readonly #anchors = new Map<string, YamlNode | 'open'>();
  #aliased = 0;

  constructor(source: SpecSource) {
    this.#source = source;
  }

  build(node: Node): YamlNode | undefined {
    const offset = node.range?.[0] ?? 0;
    if (isAlias(node)) return this.#alias(node.source, offset);
    const anchor = 'anchor' in node && typeof node.anchor === 'string' ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    if (node.tag !== undefined && !knownTags.has(node.tag))
      this.#report(
        offset,
        'LG_YAML_TAG',
        `the tag ${shown(node.tag.replace(coreTag, '!!'))} has no meaning in a spec`,
        'remove it',
      );
    const built = this.#value(node, offset);
    if (anchor !== undefined && built) this.#anchors.set(anchor, built);
    return built;
  }

  #value(node: Node, offset: number): YamlNode | undefined {
    if (isMap(node)) return this.#map(node.items as readonly Pair[], offset);
    if (isSeq(node)) {
      const items = (node.items as readonly Node[]).map((item) => this.build(item) ?? nothing(offset));
      return { kind: 'list', offset, items, size: sizeOf(items) };
    }
    if (!isScalar(node)) return undefined;
    const value = node.value as string | number | boolean | null;
    const source = node.source ?? String(value);
    if (typeof value === 'number' && /^[-+]?0[0-9ox_]/i.test(source)) {
      const message = `${source} starts with a zero, which YAML readers interpret differently`;
      const hint = `write ${value}, or put it in quotes if it is text`;
      this.oddNumbers.push(this.#place(offset, 'LG_YAML_NUMBER', message, hint));
    }
    return { kind: 'scalar', offset, size: 1, value, source };
  }

  #map(pairs: readonly Pair[], offset: number): YamlNode {
    const entries = new Map<string, YamlEntry>();
    const merged: YamlMap[] = [];
    for (const { key, value } of pairs) {
      const keyOffset = key?.range?.[0] ?? offset;
      const name = this.#key(key, keyOffset);
      const built = (value && this.build(value)) ?? nothing(value?.range?.[0] ?? key?.range?.[1] ?? keyOffset);
      if (name === undefined) continue;
      if (name === '<<' && isScalar(key) && key.type === 'PLAIN') {
        const parts = built.kind === 'list' ? built.items : [built];
        if (parts.some((part) => part.kind !== 'map'))
          this.#report(keyOffset, 'LG_YAML_ALIAS', '<< takes a map, or a list of maps', 'write <<: *anchor');
        for (const part of parts) if (part.kind === 'map') merged.push(part);
        continue;
      }
      const earlier = entries.get(name);
      if (earlier) {
        const line = this.#source.lineOf(earlier.keyOffset);
        const hint = `the first is on line ${line}; keep one of them`;
        this.#report(keyOffset, 'LG_YAML_DUPLICATE_KEY', `${shown(name)} is written twice in this map`, hint);
        continue;
      }
      entries.set(name, { keyOffset, value: built });
    }
    for (const each of merged)
      for (const [name, entry] of each.entries) if (!entries.has(name)) entries.set(name, entry);
    return { kind: 'map', offset, entries, size: sizeOf([...entries.values()].map((entry) => entry.value)) };
  }

  #key(key: Node | null, offset: number): string | undefined {
    if (!isScalar(key) || key.value === null) {
      this.#report(offset, 'LG_YAML_KEY', 'this key is not text', 'write a word before the colon');
      return undefined;
    }
    const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
    if (name !== '__proto__') return name;
    this.#report(offset, 'LG_YAML_KEY', `the key ${shown(name)} is not allowed`, 'choose another name');
    return undefined;
  }

  #alias(name: string, offset: number): YamlNode | undefined {
    const meant = this.#anchors.get(name);
    if (meant === undefined)
      return this.#report(
        offset,
        'LG_YAML_ALIAS',
        `there is no anchor ${shown(`&${name}`)} before *${escapeControls(name)}`,
      );
    if (meant === 'open')
      return this.#report(offset, 'LG_YAML_ALIAS', `*${escapeControls(name)} is inside its own anchor`);
    const before = this.#aliased;
    this.#aliased += meant.size;
    if (this.#aliased <= aliasedAtMost) return meant;
    if (before <= aliasedAtMost) {
      const message = `the aliases up to here expand to more than ${aliasedAtMost.toLocaleString('en')} values`;
      this.#report(offset, 'LG_YAML_ALIAS', message, 'write the values out, or remove aliases of aliases');
    }
    return undefined;
  }

  #report(offset: number, code: Code, message: string, hint?: string): undefined {
    this.problems.push(this.#place(offset, code, message, hint));
  }

  #place(offset: number, code: Code, message: string, hint: string | undefined): PlacedDiagnostic {
    return this.#source.at(offset, { code, severity: 'error', path: [], message, ...(hint !== undefined && { hint }) });
  }
}

/** A pair of the parser as it arrives here: no value, or no key, is null. */
interface Pair {
  readonly key: Node | null;
  readonly value: Node | null;
}

const nothing = (offset: number): YamlNode => ({ kind: 'scalar', offset, size: 1, value: null, source: '' });

const sizeOf = (nodes: readonly YamlNode[]): number => nodes.reduce((sum, node) => sum + node.size, 1);
