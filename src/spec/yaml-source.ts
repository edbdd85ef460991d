import { Composer, type CST, type Document, isAlias, isMap, isScalar, isSeq, type Node, Parser } from 'yaml';
import type { Code, PlacedDiagnostic } from '../diagnostics/index.ts';
import { SpecSource } from './spec-source.ts';
import { escapeControls, shown } from './wording.ts';
import type { YamlEntry, YamlNode } from './yaml-tree.ts';

/** A spec of 10,000 targets is 2 MB. */
const fileBytesAtMost = 10 * 1024 * 1024;
/** A spec is at most 12 deep; recursion below stays far from the end of the stack. */
const depthAtMost = 64;
/** Values that aliases may stand for, all together. A spec with a few hundred shared fields needs some thousand. */
const aliasedAtMost = 100_000;
/** A file of garbage gives as many syntax errors as it has lines; the first ones tell all. */
const syntaxErrorsAtMost = 20;

/** What is left of a file once it is text and a tree. `root` is absent when there is no tree to check further. */
export interface YamlReading {
  readonly source: SpecSource;
  readonly root?: YamlNode;
  readonly diagnostics: readonly PlacedDiagnostic[];
}

/**
 * Bytes of a YAML 1.2 file (core schema, `<<` merge keys understood) → a tree with places.
 * Never throws; what cannot be read is a diagnostic. Hostile input costs time in proportion to its size.
 */
export function readYaml(input: string | Uint8Array, file: string): YamlReading {
  const bytes = typeof input === 'string' ? input.length : input.byteLength;
  if (bytes > fileBytesAtMost) {
    const source = new SpecSource(file, '');
    const message = `the file has ${bytes.toLocaleString('en')} bytes; a spec may have ${fileBytesAtMost.toLocaleString('en')}`;
    return { source, diagnostics: [source.at(0, { ...fatal('LG_SPEC_FILE_SIZE', message) })] };
  }
  const text = typeof input === 'string' ? input.replace(/^\ufeff/, '') : decode(input);
  if (typeof text !== 'string') return notUtf8(text.bytes, file);
  return readText(new SpecSource(file, text));
}

const fatal = (code: Code, message: string, hint?: string) => ({
  code,
  severity: 'error' as const,
  path: [],
  message,
  ...(hint && { hint }),
});

function decode(bytes: Uint8Array): string | { readonly bytes: Uint8Array } {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { bytes };
  }
}

function notUtf8(bytes: Uint8Array, file: string): YamlReading {
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const lenient = new TextDecoder('utf-8').decode(bytes);
  const offset = isUtf16 ? 0 : Math.max(0, lenient.indexOf('\ufffd'));
  // The text is shown beside the message only as far as it was readable.
  const source = new SpecSource(file, isUtf16 ? '' : lenient.slice(0, offset));
  const message = isUtf16 ? 'the file is UTF-16; a spec is UTF-8' : 'the file is not UTF-8 from here on';
  const hint = 'save the file as UTF-8 (in most editors: Save with Encoding)';
  return { source, diagnostics: [source.at(offset, fatal('LG_SPEC_NOT_UTF8', message, hint))] };
}

function readText(source: SpecSource): YamlReading {
  const { text } = source;
  const stop = (offset: number, code: Code, message: string, hint?: string): YamlReading => ({
    source,
    diagnostics: [source.at(offset, fatal(code, message, hint))],
  });
  const control = text.search(/(?![\t\n\r\u0085])\p{Cc}/u);
  if (control >= 0)
    return stop(control, 'LG_YAML_SYNTAX', `there is a control character, ${escapeControls(text.charAt(control))}`);
  const composer = new Composer({
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: false, // compares each key with each other one; readMap below does it with a set
    prettyErrors: false,
  });
  const documents: Document.Parsed[] = [];
  for (const token of new Parser().parse(text)) {
    if (token.type === 'document') {
      const deep = tooDeep(token);
      if (deep !== undefined)
        return stop(
          deep,
          'LG_YAML_DEPTH',
          `values are nested more than ${depthAtMost} deep`,
          'a spec is at most 12 deep',
        );
    }
    if (token.type === 'directive' && /^%YAML\s+(?!1\.2\s*$)/.test(token.source))
      return stop(token.offset, 'LG_YAML_SYNTAX', `${shown(token.source)} asks for another YAML; a spec is YAML 1.2`);
    documents.push(...composer.next(token));
  }
  documents.push(...composer.end(true, text.length));
  const second = documents[1];
  if (second) {
    const hint = 'remove the line --- and what follows, or make it a file of its own';
    return stop(second.range[0], 'LG_YAML_DOCUMENTS', 'a second document begins here; a spec is one document', hint);
  }
  const document = documents[0];
  if (document && document.errors.length > 0)
    return {
      source,
      diagnostics: document.errors.slice(0, syntaxErrorsAtMost).map((error) => {
        const [message, hint] = syntaxWords(error.code, error.message);
        return source.at(error.pos[0], fatal('LG_YAML_SYNTAX', message, hint));
      }),
    };
  if (!document?.contents || (isScalar(document.contents) && document.contents.value === null))
    return stop(0, 'LG_SPEC_EMPTY', 'the file is empty', 'lakegate init writes a commented file to start from');
  const builder = new TreeBuilder(source);
  const root = builder.build(document.contents);
  return { source, ...(root && { root }), diagnostics: builder.problems };
}

/** Offset of the first value that is nested too deep. Walks without recursion: the tokens may be nested as deep as the file is long. */
function tooDeep(document: CST.Document): number | undefined {
  const waiting: { readonly token: CST.Token; readonly depth: number }[] = [];
  if (document.value) waiting.push({ token: document.value, depth: 1 });
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { token, depth } = next;
    if (depth > depthAtMost) return token.offset;
    if (token.type !== 'block-map' && token.type !== 'block-seq' && token.type !== 'flow-collection') continue;
    for (const item of token.items) {
      if (item.key) waiting.push({ token: item.key, depth: depth + 1 });
      if (item.value) waiting.push({ token: item.value, depth: depth + 1 });
    }
  }
  return undefined;
}

/** The parser's words, in ours where a spec's author would otherwise be left alone. */
function syntaxWords(code: string, message: string): readonly [message: string, hint?: string] {
  switch (code) {
    case 'TAB_AS_INDENT':
      return ['there is a tab in the indentation; YAML wants spaces', 'replace the tab by two spaces for each level'];
    case 'MISSING_CHAR':
      return [lowerFirst(message), 'look for a quote or bracket that is not closed, here or some lines above'];
    case 'BAD_INDENT':
      return [lowerFirst(message), 'entries of one map begin in the same column'];
    case 'MULTILINE_IMPLICIT_KEY':
      return [
        lowerFirst(message),
        'look for a missing colon, or a quote or bracket that is not closed, in the line above',
      ];
    default:
      return [lowerFirst(escapeControls(message))];
  }
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const knownTags = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((t) => `tag:yaml.org,2002:${t}`));

/** Nodes of the parser → our tree. Aliases share the node they stand for, so that a bomb costs its written size. */
class TreeBuilder {
  readonly problems: PlacedDiagnostic[] = [];
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
      this.#report(offset, 'LG_YAML_TAG', `the tag ${shown(node.tag)} means nothing in a spec`, 'remove it');
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
    return { kind: 'scalar', offset, size: 1, value, source: node.source ?? String(value) };
  }

  #map(pairs: readonly Pair[], offset: number): YamlNode {
    const entries = new Map<string, YamlEntry>();
    const merged: YamlNode[] = [];
    for (const { key, value } of pairs) {
      const keyOffset = key?.range?.[0] ?? offset;
      const name = this.#key(key, keyOffset);
      const built = (value && this.build(value)) ?? nothing(value?.range?.[0] ?? key?.range?.[1] ?? keyOffset);
      if (name === undefined) continue;
      if (name === '<<' && isScalar(key) && key.type === 'PLAIN') {
        merged.push(...(built.kind === 'list' ? built.items : [built]));
        if (merged.some((each) => each.kind !== 'map'))
          this.#report(keyOffset, 'LG_YAML_ALIAS', '<< takes a map, or a list of maps', 'write <<: *anchor');
        continue;
      }
      const earlier = entries.get(name);
      if (earlier) {
        const line = this.#source.lineOf(earlier.keyOffset);
        const hint = `the first is on line ${line}; keep one of the two`;
        this.#report(keyOffset, 'LG_YAML_DUPLICATE_KEY', `${shown(name)} is written twice in this map`, hint);
        continue;
      }
      entries.set(name, { keyOffset, value: built });
    }
    for (const each of merged)
      if (each.kind === 'map')
        for (const [name, entry] of each.entries) if (!entries.has(name)) entries.set(name, entry);
    return { kind: 'map', offset, entries, size: sizeOf([...entries.values()].map((entry) => entry.value)) };
  }

  #key(key: Node | null, offset: number): string | undefined {
    if (!isScalar(key) || key.value === null) {
      this.#report(offset, 'LG_YAML_KEY', 'this key is not text', 'a key is a word in front of a colon');
      return undefined;
    }
    const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
    if (name !== '__proto__') return name;
    this.#report(offset, 'LG_YAML_KEY', `the key ${shown(name)} is not taken`, 'choose another name');
    return undefined;
  }

  #alias(name: string, offset: number): YamlNode | undefined {
    const meant = this.#anchors.get(name);
    if (meant === undefined)
      return this.#report(
        offset,
        'LG_YAML_ALIAS',
        `no anchor ${shown(`&${name}`)} comes before *${escapeControls(name)}`,
      );
    if (meant === 'open')
      return this.#report(offset, 'LG_YAML_ALIAS', `*${escapeControls(name)} stands inside what it stands for`);
    const before = this.#aliased;
    this.#aliased += meant.size;
    if (this.#aliased <= aliasedAtMost) return meant;
    if (before <= aliasedAtMost) {
      const message = `the aliases up to here stand for more than ${aliasedAtMost.toLocaleString('en')} values`;
      this.#report(offset, 'LG_YAML_ALIAS', message, 'write the values out, or remove aliases of aliases');
    }
    return undefined;
  }

  #report(offset: number, code: Code, message: string, hint?: string): undefined {
    this.problems.push(this.#source.at(offset, fatal(code, message, hint)));
  }
}

/** A pair of the parser as it arrives here: no value, or no key, is null. */
interface Pair {
  readonly key: Node | null;
  readonly value: Node | null;
}

const nothing = (offset: number): YamlNode => ({ kind: 'scalar', offset, size: 1, value: null, source: '' });

const sizeOf = (nodes: readonly YamlNode[]): number => nodes.reduce((sum, node) => sum + node.size, 1);
