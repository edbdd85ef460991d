import type { Diagnostic } from '../../diagnostics/index.ts';
import type { Policy, RoutePlan } from '../../ir/index.ts';
import { readPolicy, readRoutePlan } from '../../router/index.ts';

/** The files of a router, by absolute paths. */
export interface RouterFiles {
  /** The route plan, or a document of `plan --json`. */
  readonly routes: string;
  /** Which endpoint belongs to which NCC. Without it every endpoint is unknown. */
  readonly policy?: string | undefined;
}

export interface RouterConfig {
  readonly plan: RoutePlan;
  readonly policy: Policy;
}

/** Reads both files, or gives every problem in them. */
export async function readRouterFiles({
  routes,
  policy: policyFile,
}: RouterFiles): Promise<RouterConfig | readonly Diagnostic[]> {
  const plan = await readRoutePlan(routes);
  const policy = policyFile ? await readPolicy(policyFile) : ({ is: 'good', value: noPolicy } as const);
  if (plan.is === 'good' && policy.is === 'good') return { plan: plan.value, policy: policy.value };
  return [plan, policy].flatMap((read) => (read.is === 'bad' ? read.diagnostics : []));
}

const noPolicy: Policy = { version: 1, endpoints: {} };
