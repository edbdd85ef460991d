import type { CodeText } from '../code-text.ts';

/** Problems of the router's files and of its start, as opposed to refusals of single connections. */
export const routerCodes = {
  LG_ROUTES_FILE: {
    title: 'the file is not a route plan',
    explain: 'The file given with --routes is not JSON, or does not have the structure of a RoutePlan.',
    fix: 'Write the file with `lakegate plan --json` (its `routes` part) or `lakegate synth`, with the same release as the router.',
  },
  LG_ROUTES_INCONSISTENT: {
    title: 'the route plan is inconsistent',
    explain:
      'Each part has the right structure, but the parts do not fit together: a port or name is used twice, or a route refers to an upstream that does not exist.',
    fix: 'Plan again. If the file was written by hand, correct the entry that the message names.',
  },
  LG_POLICY_FILE: {
    title: 'the file is not a policy',
    explain: 'The file given with --policy is not JSON, or does not have the structure of a Policy.',
    fix: 'Write it as {"version":1,"endpoints":{"vpce-…":"<NCC key>"}}. The README that synth writes shows how to make it from the outputs of Terraform.',
  },
  LG_ROUTER_BIND: {
    title: 'a port cannot be bound',
    explain: 'The router could not listen on a port. Another program uses it, or this user may not bind it.',
    fix: 'Free the port, or plan another one. The router needs no privileges: its ports are above 1023.',
  },
} as const satisfies Record<`LG_${string}`, CodeText>;
