import type { z } from 'zod';

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
    return { path, message: `${place}: ${shown(valueAt(value, issue.path))} ${predicate(issue.message)}` };
  });

/** Shapes of this folder say `is not …`; the words of zod begin otherwise. */
const predicate = (message: string): string => (message.startsWith('is ') ? message : `does not fit: ${message}`);

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
