import { resolve } from 'node:path';
import { conflictMarker, type Diagnostic, unreadable } from '../../diagnostics/index.ts';
import { type InfraPlan, type RoutePlan, shapeProblems } from '../../ir/index.ts';
import type { Compared } from '../../planner/index.ts';
import { errorCode, type WorkingFolder } from '../files/index.ts';
import { planDocumentShape } from './plan-document-shape.ts';

/** The two plans of a file, and what was counted from them where the file has it in the form of today. */
export interface PlanFile extends Compared {
  readonly infra: InfraPlan;
  readonly routes: RoutePlan;
}

/** Documents of 100,000 targets are about 250 MB. What is larger is not a plan. */
const bytesAtMost = 500 * 1024 * 1024;
/** Faults of a file that are told one by one. */
const faultsAtMost = 5;

const counted = planDocumentShape.pick({ cost: true, headroom: true }).loose();
const plans = planDocumentShape.pick({ infra: true, routes: true }).loose();

/** Reads what `plan --json` printed, from a file that anyone may have changed. Its parts may contradict each other: that is for the proof. */
export async function readPlanFile(
  file: string,
  { cwd, files }: WorkingFolder,
): Promise<PlanFile | readonly Diagnostic[]> {
  let text: string;
  try {
    text = Buffer.from(await files.readFile(resolve(cwd, file), bytesAtMost)).toString('utf8');
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return [unreadable(file, code)];
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (conflictMarker(text) === undefined) return [notAPlan(`${file} is not JSON`)];
    const hint = 'in an output folder, take one side of each conflict, then run lakegate synth --force';
    return [{ ...notAPlan(`${file} has conflict markers of git`), hint }];
  }
  const read = plans.safeParse(value);
  if (!read.success)
    return shapeProblems(read.error, value)
      .slice(0, faultsAtMost)
      .map(({ message }) => notAPlan(`${file}: ${message}`));
  const { infra, routes } = read.data;
  const { cost, headroom } = counted.safeParse(value).data ?? {};
  return infra && routes
    ? { infra, routes, ...(cost && { cost }), ...(headroom && { headroom }) }
    : [notAPlan(`${file} holds no plan: the spec had errors when it was made`)];
}

const notAPlan = (message: string): Diagnostic => ({
  code: 'LG_PLAN_FILE',
  severity: 'error',
  path: [],
  message,
  hint: 'lakegate plan --json prints one; schema/plan.schema.json says what it must have',
});
