import { z } from 'zod';
import { countShape as count, infraPlanShape, limitNames, routePlanShape, lineShape as text } from '../../ir/index.ts';
import { lockShape } from '../../planner/index.ts';

const object = z.strictObject;
const list = z.array;

const sure = z.enum(['documented', 'reported', 'assumption']);
const dollars = z.union([z.number().nonnegative(), z.literal('unknown')]);
const load = z.object({ connections: z.number().nonnegative(), gbPerMonth: z.number().nonnegative() });

const cost = object({
  currency: z.literal('USD'),
  pricesOf: text.describe('the region whose list prices these are'),
  region: text,
  load,
  lines: list(
    object({
      what: text,
      kind: z.enum(['fixed', 'usage']),
      payer: z.enum(['customer', 'databricks']),
      quantity: z.number().nonnegative(),
      price: object({
        name: text,
        amount: dollars,
        currency: z.literal('USD'),
        per: text,
        region: text,
        sure,
        source: text,
        asOf: text,
        remark: text.optional(),
      }),
      monthlyUsd: dollars.describe('unknown where no price is published; never 0 for want of a price'),
      why: text,
    }),
  ),
  fixedUsd: z.number(),
  usageUsd: z.number(),
  totalUsd: z.number().describe('the known part: a lower bound unless unknown is empty'),
  unknown: list(text),
  remarks: list(text),
  fleet: list(object({ is: z.enum(['min', 'needed', 'max']), routers: count, monthlyUsd: dollars }))
    .optional()
    .describe('what the router fleet costs at each size that matters; the total has one of them'),
});

const headroomRow = object({
  limit: z.enum(limitNames),
  scope: text,
  used: z.number(),
  of: z.number(),
  unit: text,
  overridden: z.boolean(),
});

const proof = object({
  workspaces: count,
  targets: count,
  reached: count,
  surplus: count,
  refused: count,
  refusedBy: z.record(text, count),
  adversarialDials: count,
});

const counts = { endpoints: count, services: count, listeners: count };
const signedCounts = { endpoints: z.number(), services: z.number(), listeners: z.number() };
const placement = object({
  exact: z.boolean(),
  ...counts,
  lowerBound: object(counts),
  apart: list(object({ service: text, from: text, why: text })).describe('what keeps each pair of services apart'),
});

const diagnostic = object({
  code: z
    .string()
    .regex(/^LG_[A-Z0-9_]+$/)
    .describe('one of docs/errors.md'),
  severity: z.enum(['error', 'warning', 'note']),
  file: text,
  line: count,
  column: count,
  path: list(z.union([z.string(), z.number()])),
  message: z.string(),
  hint: z.string().optional(),
});

/** The document of `plan --json`. Everything but `diagnostics` is null when there is no plan. */
export const planDocumentShape = object({
  infra: infraPlanShape.nullable(),
  routes: routePlanShape.nullable(),
  lock: lockShape.nullable().describe('the allocations, as in the lock file'),
  cost: cost.nullable(),
  headroom: list(headroomRow).nullable(),
  proof: proof.nullable(),
  placement: placement.nullable(),
  savings: list(
    object({
      choice: z.enum(['repack', 'domains_per_rule', 'port_policy', 'mysql_by_name']),
      is: z.enum(['made', 'open']),
      what: text,
      ...signedCounts,
    }),
  ).nullable(),
  surplus: list(object({ workspace: text, target: text }))
    .nullable()
    .describe('pairs that are not granted and that an accepted merge makes reachable'),
  repack: object({
    saves: object(signedCounts),
    moves: list(object({ what: z.enum(['workspace', 'name']), name: text, from: text, to: text })),
  })
    .optional()
    .describe('only with --repack and a lock: the rest of the document is then the plan packed from scratch'),
  diagnostics: list(diagnostic),
});

/** The published JSON Schema (draft 2020-12) of {@link planDocumentShape}: `schema/plan.schema.json`. */
export const planJsonSchema = (): object => ({
  title: 'lakegate plan --json',
  ...z.toJSONSchema(planDocumentShape, { target: 'draft-2020-12' }),
});
