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
];
