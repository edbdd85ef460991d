import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { testWith } from '../tools.ts';
import { examples, exampleText, planOf } from './cases.ts';
import { siteFor } from './site.ts';

const withTerraform = testWith('terraform');

withTerraform.each(examples)(
  '%s: validate, apply, a second plan that is empty, destroy to an empty world',
  { timeout: 120_000 },
  async (name) => {
    const plan = planOf(exampleText(name));
    const site = await siteFor(plan.infra);
    site.write(plan);
    await site.must('init', '-input=false');
    await site.must('validate');
    const first = Object.values(await site.actions());
    expect(new Set(first)).toEqual(new Set(['create']));
    await site.must('apply', '-input=false', 'plan.bin');
    expect(await site.actions()).toEqual({});

    site.wait(120_000);
    site.accept();
    const states = [...site.account.rules.values()].filter((rule) => rule.domain_names);
    expect(states.map((rule) => rule.connection_state)).toEqual(states.map(() => 'ESTABLISHED'));
    expect(await site.actions()).toEqual({});

    if (plan.infra.inspection) {
      const kept = await site.run('destroy', '-auto-approve', '-input=false', '-no-color');
      expect([kept.code, kept.out]).toEqual([1, expect.stringContaining('lifecycle.prevent_destroy')]);
    }
    await site.forgetRootKey();
    const refused = await site.run('destroy', '-auto-approve', '-input=false', '-no-color');
    expect([refused.code, refused.out]).toEqual([1, expect.stringContaining('ExistingVpcEndpointConnections')]);
    site.release();
    await site.must('destroy', '-auto-approve', '-input=false');
    expect(site.left()).toEqual(site.before);
    expect(site.world.snapshot().length - site.left().length).toBe(plan.infra.inspection ? 1 : 0);
    expect(site.account.nccs.size).toBe(0);
  },
);

withTerraform(
  'an archive that is missing, or not the one that is pinned, stops the plan',
  { timeout: 60_000 },
  async () => {
    const plan = planOf(exampleText('hub-router'));
    const site = await siteFor(plan.infra);
    site.write(plan);
    const archive = join(site.folder, 'artifacts', 'lakegate-router-arm64.tar.gz');
    await site.must('init', '-input=false');
    writeFileSync(archive, 'other bytes');
    const other = await site.run('plan', '-input=false', '-no-color');
    rmSync(join(site.folder, 'artifacts'), { recursive: true });
    const missing = await site.run('plan', '-input=false', '-no-color');
    for (const { code, out } of [other, missing])
      expect([code, out.replace(/\s+│?\s*/g, ' ')]).toEqual([1, expect.stringContaining('Run: lakegate artifact')]);
    await site.must('validate'); // a configuration without its archive is still sound
  },
);
