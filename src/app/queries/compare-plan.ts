import { type Comparison, compare } from '../../estimate/index.ts';
import type { Made } from '../planning/index.ts';

/** The plan next to other ways to build the same access. */
export const comparePlan = ({ spec, facts, limits, plan }: Made): Comparison =>
  compare(plan.infra, { limits, facts, load: spec.load });
