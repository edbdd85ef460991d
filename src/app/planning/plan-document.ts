import type { z } from 'zod';
import { diagnosticsJson } from '../../diagnostics/index.ts';
import type { Plain } from '../../ir/index.ts';
import type { planDocumentShape } from './plan-document-shape.ts';
import type { PlannedSpec, Planning } from './plan-spec-file.ts';

/** Every part of a plan, in the order of the document, and what stands there without one. */
const nothing = {
  infra: null,
  routes: null,
  lock: null,
  cost: null,
  headroom: null,
  proof: null,
  placement: null,
  savings: null,
  surplus: null,
} as const;

type PlanDocument = Plain<z.output<typeof planDocumentShape>>;

/** The document of `plan --json`. */
export function planDocument({ made, diagnostics }: Planning): PlanDocument {
  const { plan: planned, repacked } = made ?? {};
  return {
    ...nothing,
    ...planned,
    ...(repacked && { repack: { saves: repacked.saves, moves: repacked.moves } }),
    diagnostics: diagnosticsJson(diagnostics),
  };
}

/** The same of a plan alone, whatever was said about its spec. */
export const planDocumentOf = (plan: PlannedSpec['plan']): PlanDocument => ({ ...nothing, ...plan, diagnostics: [] });
