import type { CodeText } from './code-text.ts';
import { caCodes } from './codes/ca.ts';
import { cliCodes } from './codes/cli.ts';
import { observationCodes } from './codes/observation.ts';
import { plannerCodes } from './codes/planner.ts';
import { refusalCodes } from './codes/refusals.ts';
import { routerCodes } from './codes/router.ts';
import { specCodes } from './codes/spec.ts';
import { terraformCodes } from './codes/terraform.ts';

/** The one list of codes. A code is stable for ever: it may be retired, never reused. */
export const codes = {
  ...specCodes,
  ...plannerCodes,
  ...refusalCodes,
  ...routerCodes,
  ...terraformCodes,
  ...observationCodes,
  ...caCodes,
  ...cliCodes,
} as const satisfies Record<`LG_${string}`, CodeText>;

export type Code = keyof typeof codes;
