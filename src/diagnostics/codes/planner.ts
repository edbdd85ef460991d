import type { CodeText } from '../codes.ts';

export const plannerCodes = {
  LG_PLAN_INCONSISTENT: {
    title: 'two parts of the plan contradict each other',
    explain:
      'An object of the plan names another that is not there, or two claim the same name or port. A plan that lakegate made never does; one that was edited by hand may.',
    fix: 'Make the plan again from the spec. If lakegate itself made this one, report it with the spec.',
  },
  LG_PROOF_FAILED: {
    title: 'the plan does not do what the spec grants',
    explain:
      'A connection that access: grants would not reach its target, or one that it does not grant would reach something. lakegate never emits such a plan.',
    fix: 'Run `lakegate prove` for the hop and the reason. If the plan was not edited, lakegate is at fault: report it with the spec.',
  },
} as const satisfies Record<`LG_${string}`, CodeText>;
