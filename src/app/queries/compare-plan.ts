import { type Comparison, compare } from '../../estimate/index.ts';
import type { PlannedSpec } from '../planning/index.ts';

/** The plan next to other ways to build the same access. */
export const comparePlan = ({ spec, facts, limits, plan }: PlannedSpec): Comparison =>
  compare(plan.infra, { limits, facts, load: spec.load });
