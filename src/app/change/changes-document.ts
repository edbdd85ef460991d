import { z } from 'zod';
import { limitNames, type Plain, lineShape as text } from '../../ir/index.ts';
import { areas, isNothing } from '../../planner/index.ts';
import type { Compared } from './diff-spec-file.ts';

const object = z.strictObject;
const list = z.array;

const pairs = list(
  object({
    workspace: text,
    target: text,
    workspaceId: text
      .optional()
      .describe('where both plans have a workspace of that name and its id is not the same: which of the two is meant'),
  }),
);
const dollars = z.union([z.number().nonnegative(), z.literal('unknown')]);
const use = object({ used: z.number(), of: z.number() });
const effect = z.discriminatedUnion('is', [
  object({ is: z.literal('created') }),
  object({ is: z.literal('in-place') }),
  object({
    is: z.literal('replaces'),
    what: text,
    cuts: text,
    under: list(z.string()).optional().describe('changes below these fields of infra are part of it'),
  }),
  object({ is: z.literal('cuts'), cuts: text }),
]);

/** The document of `diff --json`. */
export const changesDocumentShape = object({
  ok: z.literal(true),
  name: text.describe("the spec's name"),
  base: object({
    is: z.enum(['plan', 'revision', 'lock']),
    name: text,
    spec: z.string().optional().describe('the name of its spec, where it is another one'),
  }).describe('what the plan was compared with'),
  changed: z.boolean().describe('false: nothing that could be compared differs'),
  access: object({ lost: pairs, gained: pairs }).describe('what the workspaces can really reach, by the routes'),
  renamed: list(object({ what: z.enum(['target', 'workspace']), from: text, to: text })),
  places: list(object({ target: text, lost: list(text), gained: list(text), workspaces: list(text) })).describe(
    'targets that keep their name and are at other hosts, ports, buckets, networks or upstreams: who may reach one reaches something else',
  ),
  stillBound: list(object({ workspace: text, id: text, ncc: text, isNccRemoved: z.boolean() })).describe(
    'workspaces that no NCC of the plan has and that Databricks keeps bound, until another NCC is bound',
  ),
  replaced: list(
    object({
      what: text,
      cuts: text,
      objects: list(text).describe('which ones; empty where there is only one'),
      targets: list(text),
      workspaces: list(text),
      paths: list(z.string()),
    }),
  ).describe('destroyed and made again; without targets and workspaces: not known whose connections are cut, or all'),
  cut: list(
    object({ what: text, cuts: text, targets: list(text), workspaces: list(text), paths: list(z.string()) }),
  ).describe('connections that break though access stays; without targets and workspaces: not known whose'),
  lines: list(
    object({
      area: z.enum(areas),
      is: z.enum(['added', 'removed', 'moved', 'changed']),
      text: z.string(),
      paths: list(z.string()).describe('in the document of plan --json'),
      effect,
      isDetail: z.boolean(),
    }),
  ).describe('every difference'),
  cost: object({
    beforeUsd: z.number(),
    afterUsd: z.number(),
    isLowerBound: z.boolean(),
    lines: list(object({ what: text, beforeUsd: dollars.optional(), afterUsd: dollars.optional() })),
  }).nullable(),
  limits: list(object({ limit: z.enum(limitNames), scope: text, before: use.optional(), after: use.optional() })),
  notCompared: list(text),
});

type ChangesDocument = Plain<z.output<typeof changesDocumentShape>>;

export const changesDocument = ({ name, base, changes, notCompared }: Compared): ChangesDocument => ({
  ok: true,
  name,
  base,
  changed: !isNothing(changes),
  access: changes.access,
  renamed: changes.renamed,
  places: changes.places,
  stillBound: changes.stillBound,
  replaced: changes.replaced,
  cut: changes.cut,
  lines: changes.lines,
  cost: changes.cost ?? null,
  limits: changes.limits,
  notCompared,
});

/** The published JSON Schema (draft 2020-12) of {@link changesDocumentShape}: `schema/diff.schema.json`. */
export const changesJsonSchema = (): object => ({
  title: 'lakegate diff --json',
  ...z.toJSONSchema(changesDocumentShape, { target: 'draft-2020-12' }),
});
