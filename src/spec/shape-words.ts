import type { z } from 'zod';
import { safeParse } from 'zod/v4/core';
import type { Code, Nearest } from '../diagnostics/index.ts';
import { counted } from '../diagnostics/index.ts';
import { nameWrong } from './fields.ts';
import { problem } from './raw-spec.ts';
import type { Problem } from './spec-source.ts';
import { meantType } from './target-types.ts';
import { oneOf, pathText, shown } from './wording.ts';
import { nodeAt, toData, type YamlNode } from './yaml-tree.ts';

type Path = readonly (string | number)[];

export interface IssueContext {
  readonly root: YamlNode;
  /** Schema of the root, to know the fields beside a wrong one. */
  readonly schema: z.core.$ZodType;
  readonly nearest: Nearest;
}

/** What zod found, in the words of the file: each with the value that is wrong and what to write instead. */
export function problemsOfIssue(issue: z.core.$ZodIssue, base: Path, context: IssueContext): readonly Problem[] {
  const path = [...base, ...(issue.path as Path)];
  const node = nodeAt(context.root, path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(key, path, context));
  if (!node) return [missing(path, context)];
  switch (issue.code) {
    case 'invalid_type':
      return [wrongType(issue.expected, issue.expected === 'int' || 'format' in issue, path, { node, context })];
    case 'invalid_value':
      return [notOneOf(issue.values.map(String), path, node, context.nearest)];
    case 'too_small':
    case 'too_big':
      return [outOfBounds(issue, path, node)];
    case 'invalid_union':
      return wrongUnion(issue, base, context, node);
    case 'invalid_key': {
      const key = String(path.at(-1));
      const wrong = path[1] === 'tags' ? undefined : nameWrong(key, 'thing');
      if (wrong)
        return [problem(wrong.code, path, `${shown(key)} is not a valid name`, { hint: wrong.hint, at: 'key' })];
      const hint = 'use at most 128 letters, digits, spaces and _.:/=+-@; do not start with aws:';
      return [problem('LG_NAME_FORM', path, `${shown(key)} is not a valid key of an AWS tag`, { hint, at: 'key' })];
    }
    case 'custom': {
      const { code, hint } = (issue.params ?? {}) as { readonly code?: Code; readonly hint?: string };
      return [problem(code ?? 'LG_FIELD_VALUE', path, issue.message, { hint })];
    }
    default:
      return [problem('LG_FIELD_VALUE', path, `${shown(toData(node))} is not a valid value of ${pathText(path)}`)];
  }
}

/** Words that people try, and the field they mean. */
const otherWords: Readonly<Record<string, string>> = {
  hostname: 'host',
  hostnames: 'hosts',
  url: 'host',
  endpoint: 'host',
  fqdn: 'host',
  dns_name: 'host',
  ip: 'address',
  ips: 'address',
  addresses: 'address',
  ports: 'port',
  subnet_ids: 'subnets',
  vpc_id: 'vpc',
  workspace_id: 'id',
  grants: 'access',
  version: 'lakegate',
  resolvers: 'dns',
};

/** Fields that users add for credentials. They must not be in a file that is committed. */
const secretWords = /pass(word|wd|phrase)?$|^pwd$|secret|token|(api|private|access)[_-]?key/i;

function unknownField(key: string, parent: Path, { schema, nearest }: IssueContext): Problem {
  if (secretWords.test(key))
    return problem(
      'LG_SPEC_SECRET',
      [...parent, key],
      `${shown(key)} looks like a secret; a spec must not contain secrets`,
      {
        hint: 'remove it, and rotate the secret if this file was committed; lakegate does not need the credentials of a target',
        at: 'key',
      },
    );
  const known = fieldsAt(schema, parent);
  const other = Object.hasOwn(otherWords, key.toLowerCase()) ? otherWords[key.toLowerCase()] : undefined;
  const meant = nearest.nearest(key, known) ?? (other !== undefined && known.includes(other) ? other : undefined);
  const hint = meant ? `did you mean ${meant}?` : known.length > 0 ? `fields here: ${known.join(', ')}` : undefined;
  const where = parent.length === 0 ? 'a spec' : pathText(parent);
  return problem('LG_FIELD_UNKNOWN', [...parent, key], `${where} has no field ${shown(key)}`, { hint, at: 'key' });
}

function missing(path: Path, { schema }: IssueContext): Problem {
  const field = String(path.at(-1));
  const description = descriptionAt(schema, path);
  const parent = path.slice(0, -1);
  const message = `${parent.length === 0 ? 'the spec' : pathText(parent)} needs the field ${field}`;
  return problem('LG_FIELD_MISSING', path, message, {
    hint: example(path) ?? (description && `${field}: ${description}`),
  });
}

/** What to write for a side of an entry under `access`. */
function example([section, index, side, ...more]: Path): string | undefined {
  if (section !== 'access' || typeof index !== 'number' || more.length > 0) return undefined;
  if (side === 'to') return 'write to: [target, another-target], or to: ["*"] for all targets';
  return side === 'from' ? 'write from: [workspace, another-workspace], or from: ["*"] for all workspaces' : undefined;
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map of fields',
  record: 'a map',
  array: 'a list',
};

function wrongType(
  expected: string,
  isWhole: boolean,
  path: Path,
  { node, context }: { readonly node: YamlNode; readonly context: IssueContext },
): Problem {
  const wanted = expected === 'number' && isWhole ? 'int' : expected;
  const field = String(path.at(-1));
  const where = pathText(path);
  const want = typeWords[wanted] ?? wanted;
  if (node.kind === 'scalar' && node.value === null) {
    const hint = 'write a value, or remove the line';
    return problem('LG_FIELD_TYPE', path, `${where} is empty; it must be ${want}`, { hint, at: 'key' });
  }
  const is =
    node.kind !== 'scalar'
      ? shown(toData(node))
      : typeof node.value === 'string'
        ? `the text ${shown(node.value)}`
        : typeof node.value === 'number'
          ? `the number ${shown(node.source).slice(1, -1)}`
          : String(node.value);
  return problem('LG_FIELD_TYPE', path, `${where} is ${is}; it must be ${want}`, {
    hint: (wanted === 'string' ? formHint(path, node, context) : undefined) ?? typeHint(wanted, field, node),
  });
}

/** Where quotes alone would not do: what the text must look like. */
function formHint(path: Path, node: YamlNode, { schema }: IssueContext): string | undefined {
  const wanted = schemaAt(schema, path);
  if (!wanted || node.kind !== 'scalar') return undefined;
  const [issue] = safeParse(wanted, node.source).error?.issues ?? [];
  const { hint } = ((issue?.code === 'custom' && issue.params) || {}) as { readonly hint?: string };
  return hint?.startsWith('such as ') ? `write it in quotes, ${hint}` : undefined;
}

function typeHint(wanted: string, field: string, node: YamlNode): string | undefined {
  const name = /^\d+$/.test(field) ? '' : `${field}: `;
  if (node.kind !== 'scalar') return undefined;
  if (wanted === 'string') {
    const why = typeof node.value === 'number' ? ', to keep every digit' : '';
    return `write it in quotes${why}: ${name}${shown(node.source)}`;
  }
  if (wanted === 'array') return `write a list: ${name}[${shown(node.value)}]`;
  if (typeof node.value !== 'string') return undefined;
  if (wanted === 'boolean') {
    const means = /^(yes|y|on|true)$/i.test(node.value)
      ? 'true'
      : /^(no|n|off|false)$/i.test(node.value)
        ? 'false'
        : undefined;
    return means && `write ${name}${means}`;
  }
  if (wanted === 'int' || wanted === 'number')
    return /^-?\d+(\.\d+)?$/.test(node.value) ? `remove the quotes: ${name}${node.value}` : undefined;
  return undefined;
}

function notOneOf(values: readonly string[], path: Path, node: YamlNode, nearest: Nearest): Problem {
  if (path.length === 1 && path[0] === 'lakegate') {
    const message = `format version ${shown(toData(node))} is not supported by this release`;
    return problem('LG_SPEC_VERSION', path, message, { hint: 'write lakegate: 1' });
  }
  const value = toData(node);
  const isType = path.length === 3 && path[0] === 'targets' && path[2] === 'type';
  const meant =
    typeof value !== 'string' ? undefined : isType ? meantType(value, nearest) : nearest.nearest(value, values);
  const message = `${pathText(path)} is ${value === null ? 'empty' : shown(value)}; it must be ${oneOf(values)}`;
  return problem('LG_FIELD_VALUE', path, message, { hint: meant && `did you mean ${meant}?` });
}

function outOfBounds(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, path: Path, node: YamlNode): Problem {
  const where = pathText(path);
  const bound = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  const amount = typeof bound === 'number' ? bound.toLocaleString('en') : String(bound);
  if (node.kind === 'list') {
    if (node.items.length === 0)
      return problem('LG_FIELD_VALUE', path, `${where} is an empty list`, {
        hint: 'write at least one entry, or remove the line',
      });
    const message = `${where} has ${counted(node.items.length, 'entry')}; it must have ${issue.code === 'too_small' ? 'at least' : 'at most'} ${amount}`;
    return problem('LG_FIELD_VALUE', path, message);
  }
  const value = toData(node);
  if (typeof value === 'string') {
    const message =
      value === '' ? `${where} is empty` : `${shown(value)} has ${value.length} characters; the maximum is ${amount}`;
    return problem('LG_FIELD_VALUE', path, message);
  }
  const side = issue.code === 'too_small' ? 'small; the minimum' : 'large; the maximum';
  return problem('LG_FIELD_RANGE', path, `${where}: ${shown(value)} is too ${side} is ${amount}`);
}

/** Of a union (one value, or a list of such) the branch that the writer meant: the one whose outermost type fits. */
function wrongUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  base: Path,
  context: IssueContext,
  node: YamlNode,
): readonly Problem[] {
  const path = [...base, ...(issue.path as Path)];
  const meant = issue.errors.find((branch) =>
    branch.every((each) => each.code !== 'invalid_type' || each.path.length > 0),
  );
  if (meant) return meant.flatMap((each) => problemsOfIssue(each, path, context));
  return [wrongType('string', false, path, { node, context })];
}

/** Schema below a path, through optional and default wrappers. */
function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType | undefined {
  let at: z.core.$ZodType | undefined = schema;
  for (const part of path) {
    const def: Def | undefined = at && unwrapped(at);
    at =
      def?.type === 'object'
        ? Object.hasOwn(def.shape ?? {}, part)
          ? def.shape?.[part]
          : undefined
        : (def?.valueType ?? def?.element);
  }
  return at;
}

/** The parts of zod's definitions that are read here. */
interface Def {
  readonly type: string;
  readonly innerType?: z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly valueType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
}

function unwrapped(schema: z.core.$ZodType): Def {
  let def = schema._zod.def as Def;
  while (def.innerType) def = def.innerType._zod.def as Def;
  return def;
}

function fieldsAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  const at = schemaAt(schema, path);
  return at ? Object.keys(unwrapped(at).shape ?? {}) : [];
}

function descriptionAt(schema: z.core.$ZodType, path: Path): string | undefined {
  let at = schemaAt(schema, path);
  while (at) {
    const described = 'description' in at && typeof at.description === 'string' ? at.description : undefined;
    if (described) return described;
    at = (at._zod.def as Def).innerType;
  }
  return undefined;
}
