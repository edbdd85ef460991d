/** Why a mutant in a guarded file may survive. Found by its file and the change; `original` is the text as it stands. */
export interface Explanation {
  readonly file: string;
  readonly original: string;
  readonly replacement: string;
  readonly why: string;
}

/** Written by hand. A test holds each to a mutant that there is. */
export const explained: readonly Explanation[] = [
  {
    file: 'src/routing/decide.ts',
    original: "'tcp'",
    replacement: "''",
    why: 'Says to the compiler what is known there: a listener that speaks tcp was decided two lines before, and no other has tcp in `speaks`.',
  },
  {
    file: 'src/routing/paths.ts',
    original: "part.includes('*')",
    replacement: 'true',
    why: 'A segment without a star may be matched character by character as well; comparing it at once is faster.',
  },
  {
    file: 'src/routing/paths.ts',
    original: "'*'",
    replacement: "''",
    why: 'Every text includes the empty one: the same as the condition that is always true, in the line with `part.includes`.',
  },
  {
    file: 'src/routing/route-table.ts',
    original: 'step.done',
    replacement: 'true',
    why: 'Without a bound of routes in a step the first step is the last one: the loop is there for the compiler.',
  },
  {
    file: 'src/planner/lock/locked-allocations.ts',
    original: '2',
    replacement: '2 + 1',
    why: 'Only the order of the three degrees counts: what has changed less stays first.',
  },
  {
    file: 'src/planner/lock/next-lock.ts',
    original: 'draft?.demands ?? []',
    replacement: 'draft?.demands',
    why: 'The endpoint services of the plan are made from the same list, so each listener has its draft; the compiler does not know it.',
  },
  {
    file: 'src/planner/lock/file/read-lock.ts',
    original: 'typeWords[issue.expected] ?? issue.expected',
    replacement: 'typeWords[issue.expected]',
    why: 'The shape of a lock has only types that have a word there; the other side is for a type that is added to it.',
  },
  {
    file: 'src/routing/decide.ts',
    original: "match.by === 'name'",
    replacement: 'true',
    why: 'Only a route by name is inspected; the compiler does not know it.',
  },
  {
    file: 'src/routing/host-routes.ts',
    original: "route.match.by === 'name'",
    replacement: 'true',
    why: 'Only routes by name are added to a host; the compiler does not know it.',
  },
  {
    file: 'src/routing/host-routes.ts',
    original: "'/'",
    replacement: "''",
    why: 'An empty text has no segments, as `/` has none.',
  },
  {
    file: 'src/routing/paths.ts',
    original: "read.is === 'path'",
    replacement: 'true',
    why: 'A pattern that is refused has no text: undefined either way.',
  },
  {
    file: 'src/routing/paths.ts',
    original: "'x'",
    replacement: "''",
    why: 'Saves looking up fields of other names: each name in the set begins with x.',
  },
  {
    file: 'src/routing/paths.ts',
    original: "text.includes(';')",
    replacement: 'true',
    why: 'Without a `;` there is nothing to drop, and the second reading is the first one.',
  },
  {
    file: 'src/routing/paths.ts',
    original: "';'",
    replacement: "''",
    why: 'Every text includes the empty one: the same as the condition that is always true, in the line with `text.includes`.',
  },
  {
    file: 'src/routing/request.ts',
    original: '!routes || !only',
    replacement: '!routes && !only',
    why: 'A host that is in the table has a route: neither is there, or both. The compiler does not know it.',
  },
  {
    file: 'src/routing/request.ts',
    original: 'found?.segments.length ?? 0',
    replacement: 'found?.segments.length',
    why: 'Where no prefix was found there is none of no segment, so nothing is left to be passed over.',
  },
  {
    file: 'src/routing/request.ts',
    original: '1',
    replacement: '1 + 1',
    why: 'A canonical path has no empty segment: between two slashes there is at least one character.',
  },
  {
    file: 'src/routing/request.ts',
    original: 'next < 0',
    replacement: 'next <= 0',
    why: 'The search begins behind the first character, so it never finds place 0.',
  },
  {
    file: 'src/routing/request.ts',
    original: '0',
    replacement: '0 + 1',
    why: 'The search begins behind the first character and a segment is not empty: it finds place 2 or higher, or none (-1).',
  },
  {
    file: 'src/app/synth/folder-changes.ts',
    original: 'a.path < b.path',
    replacement: 'a.path <= b.path',
    why: 'The paths of an output, and of a list, differ from each other.',
  },
  {
    file: 'src/app/synth/folder-changes.ts',
    original: '1',
    replacement: '1 + 1',
    why: 'What a comparison gives counts by its sign only.',
  },
  {
    file: 'src/app/synth/folder-state.ts',
    original: 'list === undefined',
    replacement: 'false',
    why: 'A list that is not there is then read as one that is broken, which counts as none, too.',
  },
  {
    file: 'src/app/synth/file-list.ts',
    original: 'hash === undefined',
    replacement: 'false',
    why: 'A path without a hash would get a field without a value, which JSON leaves out.',
  },
];
