import type { z } from 'zod';
import { conflictMarker, type Diagnostic, error } from '../../../diagnostics/index.ts';
import { type Lock, lockShape } from './lock.ts';

/** The file that a lock is kept in, for messages. */
export const lockFile = 'lakegate.lock.json';

/**
 * What a lock file says. The path of a problem whose code begins with `LG_LOCK_` is a path in the lock, not in the spec.
 */
export interface ReadLock {
  /** Absent when a diagnostic is an error. */
  readonly lock?: Lock;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the text of a lock file. Whether it fits a spec is asked by the planner. Never throws. */
export function readLock(text: string): ReadLock {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    if (conflictMarker(text) !== undefined) return { diagnostics: [conflicted] };
    const { message } = cause as SyntaxError;
    return { diagnostics: [broken({ name: 'the file', path: [] }, `is not JSON: ${message}`)] };
  }
  const wrong = wrongShape(value);
  if (wrong) return { diagnostics: [wrong] };
  return { lock: value as Lock, diagnostics: [] };
}

const conflicted = error(
  'LG_LOCK_BROKEN',
  [],
  `${lockFile} has conflict markers of git`,
  'take the lock and the output folder of the branch that was merged first, which may have been applied (git restore --source=main --staged --worktree lakegate.lock.json FOLDER), then run lakegate synth',
);

/** A place in a lock: as a message names it, and as a path. */
export interface LockPlace {
  readonly name: string;
  readonly path: Diagnostic['path'];
}

/** A lock that no lakegate wrote, and where. */
export const broken = ({ name, path }: LockPlace, what: string): Diagnostic =>
  error(
    'LG_LOCK_BROKEN',
    path,
    `${lockFile}: ${name} ${what}`,
    'restore the file from version control; to merge two locks, take one of them and plan again',
  );

/** The first thing that has not the form of a lock. */
export function wrongShape(value: unknown): Diagnostic | undefined {
  const { version } = Object(value) as { readonly version?: unknown };
  if (Number.isSafeInteger(version) && Number(version) > 1)
    return error(
      'LG_LOCK_VERSION',
      ['version'],
      `${lockFile} has version ${version}; this release reads version 1`,
      'use the release that wrote it, or a newer one',
    );
  const [issue] = lockShape.safeParse(value).error?.issues ?? [];
  if (!issue) return undefined;
  const [name, what] = sentenceOf(issue, value);
  return broken({ name, path: issue.path as (string | number)[] }, what); // JSON has no symbols
}

/** Where something is wrong and what: the object and its field, or the entry of a list. */
function sentenceOf(issue: z.core.$ZodIssue, value: unknown): [where: string, what: string] {
  const { path } = issue;
  const word = wordOf(issue);
  const name = path.at(-1);
  if (typeof name !== 'string') return [placeOf(path), `is not ${word}`];
  const found = path.reduce<unknown>((at, part) => (at as Record<PropertyKey, unknown>)[part], value);
  const what =
    typeof found === 'number' && word === 'a number'
      ? `has ${name} ${found}, which is not a whole number of at least 1`
      : `must have the field ${name} (${word})`;
  return [placeOf(path.slice(0, -1)), what];
}

/** What is wanted instead. */
function wordOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords[issue.expected] ?? issue.expected;
    case 'too_small':
    case 'too_big':
      return 'a number';
    case 'invalid_value':
      return issue.values.map(String).join(' or ');
    default:
      return 'what lakegate writes';
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a number',
  object: 'an object',
  array: 'a list',
};

/** `services[0] listeners[2]`. */
const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : ` ${String(part)}`))
    .join('')
    .trimStart() || 'the file';
