import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { timings } from '../../src/sim/databricks/index.ts';
import { endpointMap, readConfiguration } from '../../src/sim/fill/index.ts';
import { testWith } from '../tools.ts';
import { examples, exampleText, planOf } from './cases.ts';
import { siteFor } from './site.ts';

const withTerraform = testWith('terraform');

const apply = ['apply', '-auto-approve', '-input=false', '-no-color'] as const;
const destroy = ['destroy', '-auto-approve', '-input=false', '-no-color'] as const;

/** The headline of each error that terraform printed, with the paragraph below it. */
const errorsIn = (out: string): readonly string[] =>
  out
    .split(/(?:^|\n)[│╷ ]*Error: /)
    .slice(1)
    .map((each) => each.replace(/\s*\n[│╵╷ ]*/g, ' ').trim());

withTerraform.each(examples)(
  '%s: from nothing to ESTABLISHED and enabled, a plan that is empty, destroy at the first try',
  { timeout: 180_000 },
  async (name) => {
    const plan = planOf(exampleText(name));
    const site = await siteFor(plan.infra);
    const rules = plan.infra.nccs.flatMap((ncc) => ncc.rules);
    const services = rules.filter(({ kind }) => kind === 'service');
    const states = () => [...site.account.rules.values()].map((rule) => rule.connection_state);
    site.write(plan);
    await site.must('init', '-input=false');
    await site.must('validate');
    const first = Object.values(await site.actions());
    expect(new Set(first)).toEqual(new Set(['create']));

    const waiting = await site.run('apply', '-input=false', '-no-color', 'plan.bin');
    expect(waiting.code).toBe(1);
    const errors = errorsIn(waiting.out);
    expect(errors).toHaveLength(services.length);
    for (const { key } of services)
      expect(errors).toContainEqual(
        expect.stringMatching(
          new RegExp(`has not made the endpoint of rule ${key} .*Wait two minutes, then apply again; nothing is lost`),
        ),
      );
    site.wait(timings.creating);
    await site.must(...apply);
    site.wait(timings.noticed + timings.bucketAccepted);
    expect(states()).toEqual(rules.map(() => 'ESTABLISHED'));
    if (services.length < rules.length) await site.must(...apply);
    const enabled = [...site.account.rules.values()].flatMap((rule) => (rule.resource_names ? [rule.enabled] : []));
    expect(enabled).toEqual(rules.filter(({ kind }) => kind === 's3').map(() => true));
    expect((await site.run('plan', '-input=false', '-detailed-exitcode')).code, 'nothing is left to change').toBe(0);
    if (plan.infra.router)
      expect(readConfiguration(site.accounts, plan.infra, 'policy')).toEqual(endpointMap(site.accounts, plan.infra));

    if (plan.infra.inspection) {
      const kept = await site.run(...destroy);
      expect([kept.code, kept.out]).toEqual([1, expect.stringContaining('lifecycle.prevent_destroy')]);
    }
    await site.forgetRootKey();
    const bound = await site.run(...destroy);
    expect(errorsIn(bound.out)).toEqual(
      plan.infra.nccs.map(() => expect.stringContaining('is attached to one or more workspaces')),
    );
    expect(site.left()).toEqual(site.before);
    expect(
      (await site.must('state', 'list'))
        .trim()
        .split('\n')
        .filter((each) => !each.startsWith('data.')),
    ).toEqual(plan.infra.nccs.map(({ key }) => `databricks_mws_network_connectivity_config.${key.replace('-', '_')}`));
    site.removeWorkspaces();
    await site.must(...destroy);
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
