import type { z } from 'zod';
import { diagnosticsJson } from '../../diagnostics/index.ts';
import type { Plain } from '../../ir/index.ts';
import type { planDocumentShape } from './plan-document-shape.ts';
import type { Planning } from './plan-spec-file.ts';

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
  const { plan: planned = nothing, repacked } = made ?? {};
  const { infra, routes, lock, cost, headroom, proof, placement, savings, surplus } = planned;
  return {
    infra,
    routes,
    lock,
    cost,
    headroom,
    proof,
    placement,
    savings,
    surplus,
    ...(repacked && { repack: { saves: repacked.saves, moves: repacked.moves } }),
    diagnostics: diagnosticsJson(diagnostics),
  };
}
