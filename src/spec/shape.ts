import type { z } from 'zod';
import type { Nearest } from '../diagnostics/index.ts';
import { nameWrong } from './fields.ts';
import type { FirstProblems } from './first-problems.ts';
import { type Named, problem, type RawSpec } from './raw-spec.ts';
import { grantSchema, namedSchemas, requiredSections, sectionSchemas, specSchema } from './schema.ts';
import { type IssueContext, problemsOfIssue } from './shape-words.ts';
import type { TargetType } from './spec.ts';
import { meantType, targetTypeNames, targetTypes } from './target-types.ts';
import { toData, type YamlNode } from './yaml-tree.ts';

type Path = readonly (string | number)[];

/** Tries to find a part of a piece that is right; each leaves out one level more. */
const roundsAtMost = 4;

/**
 * The same file with each misspelt section also under the name that it was probably meant to have, so that what refers to
 * it is not reported as well, and what is wrong inside it is.
 */
export function withMeantSections(root: YamlNode, nearest: Nearest): YamlNode {
  if (root.kind !== 'map') return root;
  const entries = new Map(root.entries);
  for (const [key, entry] of [...root.entries].slice(0, sectionsAtMost)) {
    const meant = Object.hasOwn(specSchema.shape, key)
      ? undefined
      : nearest.nearest(key, Object.keys(specSchema.shape));
    if (meant !== undefined && !entries.has(meant)) entries.set(meant, entry);
  }
  return { ...root, entries };
}

/** Keys at the top of a file in which a misspelt section is looked for. */
const sectionsAtMost = 1000;

/**
 * Values of a file from which zod compiles the shapes that it compares with. Of a smaller file, which is nearly every one,
 * compiling takes longer than comparing.
 */
const compiledFrom = 5000;

/** What each map of named things holds, in the singular. */
const singular = {
  workspaces: 'workspace',
  networks: 'network',
  targets: 'target',
  credentials: 'credential',
} as const;

/**
 * The tree → what has the right shape of it, piece by piece: an error in one target hides nothing in another.
 * Every piece that has not is reported.
 */
/** @param written The file as it is: what is misspelt in it is reported. */
export function takeShape(root: YamlNode, written: YamlNode, nearest: Nearest, problems: FirstProblems): RawSpec {
  const taker = new Taker({ root, nearest, schema: specSchema }, problems);
  if (root.kind !== 'map') {
    const what = root.kind === 'list' ? 'a list' : 'a single value';
    const hint = 'start the file with lakegate: 1, or run lakegate init to create one';
    problems.report(problem('LG_FIELD_TYPE', [], `the file is ${what}; a spec is a map of fields`, { hint }));
    return taker.empty();
  }
  const other = otherDocument(root.entries);
  if (other !== undefined) {
    const hint = 'give the spec, such as -f lakegate.yaml';
    problems.report(problem('LG_FIELD_TYPE', [], `the file is ${other}, not a spec`, { hint }));
    return taker.empty();
  }
  return taker.take(root.entries, written.kind === 'map' ? written.entries : root.entries);
}

/** A file of lakegate that is no spec, by fields that no spec has. */
function otherDocument(entries: Entries): string | undefined {
  const has = (...names: readonly string[]): boolean => names.every((name) => entries.has(name));
  if (entries.has('lakegate')) return undefined;
  if (has('version', 'services', 'next')) return 'a lock of lakegate';
  if (has('infra', 'routes')) return 'a document of lakegate plan --json';
  return has('is', 'files', 'hashes') ? 'the list of files of an output folder' : undefined;
}

type Entries = ReadonlyMap<string, { readonly value: YamlNode }>;

class Taker {
  readonly #context: IssueContext;
  readonly #problems: FirstProblems;
  readonly #unsound = new Set<string>();
  readonly #parsing: { readonly jitless: boolean };

  constructor(context: IssueContext, problems: FirstProblems) {
    this.#context = context;
    this.#problems = problems;
    this.#parsing = { jitless: context.root.size < compiledFrom };
  }

  empty(): RawSpec {
    const none = new Map();
    return {
      workspaces: none,
      networks: none,
      targets: none,
      credentials: none,
      access: [],
      shareNcc: [],
      present: new Set(),
      unsound: this.#unsound,
    };
  }

  take(entries: Entries, written: Entries): RawSpec {
    const known = Object.keys(specSchema.shape);
    const unknown = [...written.keys()].filter((key) => !known.includes(key));
    if (unknown.length > 0) this.#issues([{ code: 'unrecognized_keys', keys: unknown, path: [], message: '' }], []);
    for (const name of requiredSections)
      if (!entries.has(name))
        this.#issues([{ code: 'invalid_type', expected: 'object', path: [name], message: '', input: undefined }], []);
    const sections: Record<string, unknown> = {};
    for (const [name, schema] of Object.entries(sectionSchemas)) {
      const entry = entries.get(name);
      if (!entry || name === 'share_ncc') continue;
      const { value, sound } = this.#piece(schema, entry.value, [name]);
      sections[name] = value;
      if (!sound) this.#unsound.add(name);
    }
    return {
      ...sections,
      workspaces: this.#named('workspaces', entries),
      networks: this.#named('networks', entries),
      targets: this.#named('targets', entries),
      credentials: this.#named('credentials', entries),
      access: this.#list(grantSchema, 'access', entries),
      shareNcc: this.#list(sectionSchemas.share_ncc.def.element, 'share_ncc', entries),
      present: new Set(entries.keys()),
      unsound: this.#unsound,
    };
  }

  #named<K extends keyof typeof namedSchemas>(
    section: K,
    entries: Entries,
  ): ReadonlyMap<string, Named<z.infer<(typeof namedSchemas)[K]>>> {
    const found = new Map<string, Named<z.infer<(typeof namedSchemas)[K]>>>();
    const node = entries.get(section)?.value;
    if (!node) return found;
    if (node.kind !== 'map') {
      this.#issues([{ code: 'invalid_type', expected: 'record', path: [], message: '', input: undefined }], [section]);
      this.#unsound.add(section);
      return found;
    }
    for (const [name, entry] of node.entries) {
      const wrong = nameWrong(name, singular[section]);
      if (wrong)
        this.#problems.report(problem(wrong.code, [section, name], wrong.message, { hint: wrong.hint, at: 'key' }));
      const assume = section === 'targets' ? assumedType(entry.value, this.#context.nearest) : undefined;
      const piece = this.#piece(namedSchemas[section], entry.value, [section, name], assume);
      const fields = entry.value.kind === 'map' ? [...entry.value.entries.keys()] : [];
      const hasUnknown = fields.some((field) => !Object.hasOwn(namedSchemas[section].shape, field));
      const lacks = (field: string) => !hasUnknown && !fields.includes(field);
      found.set(name, { name, fields, lacks, ...piece } as Named<z.infer<(typeof namedSchemas)[K]>>);
    }
    return found;
  }

  #list<S extends z.ZodType>(schema: S, section: string, entries: Entries): readonly (z.infer<S> | undefined)[] {
    const node = entries.get(section)?.value;
    if (!node) return [];
    if (node.kind === 'list') return node.items.map((item, index) => this.#piece(schema, item, [section, index]).value);
    this.#issues([{ code: 'invalid_type', expected: 'array', path: [], message: '', input: undefined }], [section]);
    this.#unsound.add(section);
    return [];
  }

  /** One value against its schema. What is wrong is reported and left out; the rest is tried again. */
  #piece<S extends z.ZodType>(
    schema: S,
    node: YamlNode,
    path: Path,
    /** What stands in for a field that is wrong or missing, so that it hides nothing else. */
    assume: Readonly<Record<string, unknown>> = {},
  ): { readonly value?: z.infer<S>; readonly sound: boolean } {
    const data = toData(node);
    const first = schema.safeParse(data, this.#parsing);
    if (first.success) return { value: first.data, sound: true };
    this.#issues(first.error.issues, path);
    if (this.#problems.room <= 0) return { sound: false };
    let issues = first.error.issues;
    for (let round = 0; round < roundsAtMost; round++) {
      for (const issue of issues) {
        if (issue.path.length === 0 && issue.code !== 'unrecognized_keys') return { sound: false };
        if (issue.code === 'unrecognized_keys') for (const key of issue.keys) leaveOut(data, [...issue.path, key]);
        // What was left out may have been needed: then what needs it goes too.
        else leaveOut(data, round === 0 ? issue.path : issue.path.slice(0, -1));
      }
      if (round === 0 && typeof data === 'object' && data !== null)
        for (const [field, value] of Object.entries(assume))
          if (!Object.hasOwn(data, field)) Object.assign(data, { [field]: value });
      const again = schema.safeParse(data, this.#parsing);
      if (again.success) return { value: again.data, sound: false };
      issues = again.error.issues;
    }
    return { sound: false };
  }

  #issues(issues: readonly z.core.$ZodIssue[], path: Path): void {
    for (const issue of issues) {
      const room = Math.max(0, this.#problems.room);
      const isOfKeys = issue.code === 'unrecognized_keys';
      const all = isOfKeys ? issue.keys.length : 1;
      const listed = isOfKeys ? { ...issue, keys: issue.keys.slice(0, room) } : issue;
      if (all > room) this.#problems.leaveOut(all - Math.min(all, room));
      if (room > 0) for (const each of problemsOfIssue(listed, path, this.#context)) this.#problems.report(each);
    }
  }
}

/** Types in the order in which they are assumed: those with most fields in common first. */
const likelyTypes: readonly TargetType[] = ['http', 'https', 'postgres', 'mysql', 'kafka', 's3', 'tcp'];

/** The type that a target without a right one probably has: the nearest word, else the first that takes its fields. */
function assumedType(node: YamlNode, nearest: Nearest): Readonly<Record<string, unknown>> | undefined {
  if (node.kind !== 'map') return undefined;
  const written = node.entries.get('type')?.value;
  const word = written?.kind === 'scalar' && typeof written.value === 'string' ? written.value : '';
  if ((targetTypeNames as readonly string[]).includes(word)) return undefined;
  const fields = [...node.entries.keys()].filter((field) => Object.hasOwn(namedSchemas.targets.shape, field));
  const takes = (type: TargetType) =>
    fields.every((field) => field === 'type' || (targetTypes[type].fields as readonly string[]).includes(field));
  const isTold = fields.some((field) => field !== 'type');
  const type = meantType(word, nearest) ?? (isTold ? likelyTypes.find(takes) : undefined);
  return type && { type };
}

/** Removes the value at a path from plain data; from a list nothing is removed, the list goes. */
function leaveOut(data: unknown, path: readonly PropertyKey[]): void {
  let at = data;
  for (const [i, part] of path.entries()) {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return;
    const holder = at as Record<PropertyKey, unknown>;
    if (i === path.length - 1 || Array.isArray(holder[part])) {
      delete holder[part];
      return;
    }
    at = holder[part];
  }
}
