import { join } from 'node:path';
import { expect, test } from 'vitest';
import { specOf, target } from '../../../test/planner/specs.ts';
import { testFiles } from '../../../test/support/file-systems.ts';
import { defaultFacts } from '../../facts/index.ts';
import type { InfraPlan } from '../../ir/index.ts';
import { makePlan } from '../../planner/index.ts';
import { nextSteps } from './next-steps.ts';

const { plan } = makePlan(
  specOf({ targets: [target('https', { name: 'api' })], access: [[['w'], ['*']]] }),
  defaultFacts,
);
if (!plan?.infra.router) throw new Error('no plan');
const { router } = plan.infra;
const archive = 'artifacts/lakegate-router-arm64.tar.gz';

const network = (name: string, spokeSide: 'none' | 'separate-folder') => ({
  ...plan.infra.networks[0],
  name,
  spokeSide,
});

/** What is next in a folder that has these files, after these were written and those removed. */
const next = (
  there: readonly string[],
  {
    written = [],
    removed = [],
    ...of
  }: Partial<InfraPlan> & { written?: readonly string[]; removed?: readonly string[] },
) =>
  nextSteps(
    { out: 'infra', infra: { ...plan.infra, ...of }, hasNewRules: false },
    { written, removed, isFirst: false, restored: [], unchanged: [], overwrote: [], others: [] },
    {
      cwd: '/at',
      files: {
        ...testFiles,
        kindOf: async (path) => (there.some((each) => join('/at', each) === path) ? 'file' : undefined),
      },
    },
  );

const applied = ['infra/.terraform'];
const containers = { router: { ...router, run: 'containers' as const } };

test('the archive is next where it is missing and Terraform or the image needs it', async () => {
  const artifact = async (...argv: Parameters<typeof next>) => (await next(...argv)).artifact;
  expect(await artifact(applied, { written: ['hub.tf'] })).toBe(true);
  expect(await artifact([], {})).toBe(true);
  expect(await artifact(applied, {})).toBe(false);
  expect(await artifact(applied, { written: ['README.md'] })).toBe(false);
  expect(await artifact([...applied, `infra/${archive}`], { written: ['hub.tf'] })).toBe(false);
  expect(await artifact(applied, { ...containers, written: ['hub.tf'] })).toBe(false);
  expect(await artifact(applied, { ...containers, written: ['files/Dockerfile'] })).toBe(true);
  expect(await artifact([], { router: undefined, written: ['hub.tf'] } as never)).toBe(false);
});

test('the image is next where its file has changed, and routers are containers', async () => {
  expect((await next(applied, { ...containers, written: ['files/Dockerfile'] })).image).toBe(true);
  expect((await next(applied, { ...containers, written: ['hub.tf'] })).image).toBe(false);
  expect((await next(applied, { removed: ['files/Dockerfile'] })).image).toBe(false);
});

test('Terraform is initialised where it was not, and for other providers', async () => {
  expect((await next(applied, { written: ['versions.tf'] })).init).toBe(true);
  expect((await next(applied, { written: ['versions.tf.json'] })).init).toBe(true);
  expect((await next(applied, { written: ['hub.tf'] })).init).toBe(false);
  expect((await next([], {})).init).toBe(true);
});

test('what only owners of spokes apply is sent to them, and to those alone whose part has changed', async () => {
  const networks = [
    network('core', 'separate-folder'),
    network('crm', 'separate-folder'),
    network('own', 'none'),
  ] as never;
  const of = (...written: readonly string[]) => next(applied, { networks, written });
  expect(await of('spokes/core/main.tf')).toMatchObject({ apply: false, owners: ['core'] });
  expect(await of('spokes/own/main.tf')).toMatchObject({ apply: false, owners: [] });
  expect(await of('hub.tf', 'spokes/crm/main.tf')).toMatchObject({ apply: true, owners: ['crm'] });
  expect(await of('README.md')).toMatchObject({ apply: false, owners: [] });
});
