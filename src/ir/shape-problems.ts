import type { z } from 'zod';
import { counted, listOf } from '../diagnostics/index.ts';

/** A place in a value and what is wrong there, in words that name the place and show what was found. */
export interface ShapeProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Why a value has not the shape, from what zod found. @param at Where the value is in its file. */
export const shapeProblems = (
  { issues }: z.ZodError,
  value: unknown,
  at: ShapeProblem['path'] = [],
): readonly ShapeProblem[] =>
  issues.map((issue) => {
    const path = [...at, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
    const place = path.join('.') || 'the file';
    return { path, message: `${place}${sentenceEnd(issue, valueAt(value, issue.path))}` };
  });

/** What is wrong with a value, as what follows its place. */
function sentenceEnd(issue: z.core.$ZodIssue, found: unknown): string {
  if (found === undefined) return ' is missing';
  switch (issue.code) {
    case 'unrecognized_keys':
      return ` has ${issue.keys.length === 1 ? 'a field that is' : 'fields that are'} not known: ${listOf(issue.keys.map(shown))}`;
    case 'too_big':
    case 'too_small': {
      const [word, bound] = issue.code === 'too_big' ? ['maximum', issue.maximum] : ['minimum', issue.minimum];
      return `${amountOf(found)}; the ${word} is ${bound.toLocaleString('en')}`;
    }
    default:
      return `: ${shown(found)} ${predicate(issue)}`;
  }
}

/** Shapes of this folder say `is not …` in the words of what they hold; zod speaks otherwise. */
function predicate(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith('is ')) return issue.message;
  switch (issue.code) {
    case 'invalid_value':
      return issue.path.at(-1) === 'version'
        ? `is not the version that this release reads, ${issue.values.map(String).join(' or ')}`
        : `is not ${issue.values.map((each) => shown(each)).join(' or ')}`;
    case 'invalid_type':
      return `is not ${typeWords[issue.expected] ?? issue.expected}`;
    case 'invalid_union':
      return 'has none of the forms that it may have';
    case 'invalid_format':
      return 'has characters that are not allowed';
    default:
      return 'is not valid';
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

function amountOf(found: unknown): string {
  if (Array.isArray(found)) return ` has ${counted(found.length, 'entry')}`;
  return typeof found === 'string' ? ` has ${counted(found.length, 'character')}` : ` is ${shown(found)}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, part)
        ? (at as Record<PropertyKey, unknown>)[part]
        : undefined,
    value,
  );
}

/** A value from a file, short and printable. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}
