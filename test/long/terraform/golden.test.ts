import { expect } from 'vitest';
import { emitTerraform } from '../../../src/emit/terraform/index.ts';
import { goldenCases } from '../../terraform/cases.ts';
import { siteFor } from '../../terraform/site.ts';
import { testWith } from '../../tools.ts';

const writable = goldenCases()
  .filter(({ plan: { infra, routes } }) => emitTerraform(infra, routes).files.length > 0)
  .map((each) => [each.name, each] as const);

testWith('terraform').each(writable)(
  'golden %s: validate, apply, a second plan that is empty, destroy to an empty world',
  { timeout: 300_000 },
  async (_, { plan, limits }) => {
    const site = await siteFor(plan.infra, { limits });
    site.write(plan);
    await site.must('init', '-input=false');
    await site.must('validate');
    await site.applyAll();
    expect(await site.actions()).toEqual({});
    site.removeWorkspaces();
    await site.forgetRootKey();
    await site.must('destroy', '-auto-approve', '-input=false', '-no-color');
    expect(site.left().filter((thing) => thing.type !== 'task_revision')).toEqual(site.before);
  },
);
