import type { Diagnostic } from './diagnostic.ts';

/** What is wrong with what was asked for on a command line. */
export const usageProblem = (message: string): Diagnostic => ({
  code: 'LG_USAGE',
  severity: 'error',
  path: [],
  message,
});
