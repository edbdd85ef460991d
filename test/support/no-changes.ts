import type { Changes } from '../../src/planner/index.ts';

/** What `changes` gives of two plans that are equal, without cost. */
export const noChanges: Changes = {
  access: { lost: [], gained: [] },
  renamed: [],
  places: [],
  stillBound: [],
  replaced: [],
  cut: [],
  lines: [],
  limits: [],
};
