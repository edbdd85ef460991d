import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { examples, exampleText, filesOf, planOf, writeFiles } from '../../terraform/cases.ts';
import { siteFor } from '../../terraform/site.ts';
import { variants } from '../../terraform/variants.ts';
import { testWith } from '../../tools.ts';

testWith('terraform').each(Object.keys(variants))(
  '%s: apply, a second plan that is empty, destroy to an empty world',
  { timeout: 120_000 },
  async (name) => {
    const plan = variants[name]?.();
    if (!plan) throw new Error(`no variant ${name}`);
    const site = await siteFor(plan.infra);
    site.write(plan);
    await site.must('init', '-input=false');
    const image = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/router@sha256:'.concat('0'.repeat(64));
    const vars = plan.infra.router?.run === 'containers' ? [`-var=router_image=${image}`] : [];
    await site.applyAll(...vars);
    expect(await site.actions(...vars)).toEqual({});
    site.removeWorkspaces();
    await site.must('destroy', '-auto-approve', '-input=false', '-no-color', ...vars);
    // ECS keeps counting the revisions of a task definition that is gone.
    expect(site.world.snapshot().filter((thing) => thing.type !== 'task_revision')).toEqual(site.before);
  },
);

testWith('terraform')(
  'terraform takes the JSON of every example, and the folders of the spokes',
  { timeout: 120_000 },
  async () => {
    const valid: string[] = [];
    for (const name of examples) {
      const plan = planOf(exampleText(name));
      const site = await siteFor(plan.infra);
      const folder = join(site.folder, 'json');
      mkdirSync(folder);
      writeFiles(folder, filesOf(plan, 'json'));
      const spokes = plan.infra.networks.some((network) => network.spokeSide === 'separate-folder')
        ? readdirSync(join(folder, 'spokes')).map((spoke) => `json/spokes/${spoke}`)
        : [];
      for (const at of ['json', ...spokes]) {
        await site.must(`-chdir=${at}`, 'init', '-input=false');
        await site.must(`-chdir=${at}`, 'validate');
        valid.push(`${name}/${at}`);
      }
    }
    expect(valid).toEqual([
      'hub-router/json',
      'hub-router/json/spokes/crm',
      'hub-router/json/spokes/orders',
      'https-apis/json',
      'msk/json',
    ]);
  },
);
