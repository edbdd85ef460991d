import { describe, expect, test } from 'vitest';
import type { InfraPlan } from '../../src/ir/index.ts';
import type { Plan } from '../../src/planner/index.ts';
import { exampleText, filesOf, planOf } from './cases.ts';
import { variants } from './variants.ts';

/** Changes the value at a place of a plan. */
function withValue(plan: Plan, place: readonly string[], value: string): Plan {
  const infra = structuredClone(plan.infra) as InfraPlan;
  const holder = place.slice(0, -1).reduce<unknown>((at, part) => Object(at)[part], infra);
  Object(holder)[place.at(-1) ?? ''] = value;
  return { ...plan, infra };
}

const valueAt = (plan: Plan, place: readonly string[]): string =>
  String(place.reduce<unknown>((at, part) => Object(at)[part], plan.infra));

const textOf = (plan: Plan): string =>
  filesOf(plan)
    .map(({ path, text }) => `${path}\n${text}`)
    .join('\n');

/** Their text is also in other names, or in names of local files. */
const partOfOthers = new Set([
  'aws.planTag.key',
  'aws.planTag.value',
  'router.names.keys.routes',
  'router.names.keys.policy',
  'router.names.keys.artifacts',
  'router.names.metrics',
  'inspection.secret', // the routes name it too
]);

const backend = 'aws: { terraform: { backend: { s3: { bucket: acme-state, lock: dynamodb } } },';

const plans: readonly (readonly [name: string, make: () => Plan, names: readonly string[]])[] = [
  [
    'instances',
    () => planOf(exampleText('hub-router').replace(/^aws: \{/m, backend)),
    [
      'aws.planTag.key',
      'aws.planTag.value',
      'aws.backend.key',
      'aws.backend.lockTable',
      'encryptionKey.alias',
      'encryptionKey.logGroups',
      'router.names.fleet',
      'router.names.bucket',
      'router.names.keys.routes',
      'router.names.keys.policy',
      'router.names.keys.artifacts',
      'router.names.logGroup',
      'router.names.metrics',
      'router.names.alarms',
    ],
  ],
  [
    'containers',
    variants['containers, peering, NAT, a member by address'] ?? expect.unreachable(),
    ['router.names.fleet', 'router.names.keys.routes', 'router.names.keys.policy', 'router.names.logGroup'],
  ],
  [
    'inspection',
    () => planOf(exampleText('https-apis')),
    ['inspection.secret', 'inspection.ca.keyAlias', 'inspection.signer.roleName'],
  ],
  ['a cluster that is created', () => planOf(exampleText('msk')), ['mskClusters.0.source.logs.logGroup']],
];

describe.each(plans)('%s', (_, make, names) => {
  const plan = make();
  const text = textOf(plan);

  test.each(names)('%s is written as the plan has it, and is made up nowhere else', (name) => {
    const place = name.split('.');
    const before = valueAt(plan, place);
    const after = before.replace(/[a-z]/, 'Q');
    const changed = textOf(withValue(plan, place, after));
    expect(text).not.toContain(after);
    expect(changed).toContain(after);
    expect(changed.replaceAll(after, before)).toBe(text);
    if (!partOfOthers.has(name)) expect(changed).not.toContain(before);
  });
});
