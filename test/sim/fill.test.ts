import { expect } from 'vitest';
import type { InfraPlan } from '../../src/ir/index.ts';
import { acceptEndpoints, type ConfigurationBucket, fillFromPlan, openAccounts } from '../../src/sim/fill/index.ts';
import { examples, exampleText, planOf } from '../terraform/cases.ts';
import { siteFor } from '../terraform/site.ts';
import { variants } from '../terraform/variants.ts';
import { findTool, testWith } from '../tools.ts';
import { networkView } from './network-view.ts';

const test = testWith(findTool('tofu') ? 'tofu' : 'terraform');

/** Without routers there is no bucket, and none is looked for. */
const configurationOf = ({ router }: InfraPlan): ConfigurationBucket => ({
  bucket: router?.names.bucket ?? 'none',
  routesKey: router?.names.keys.routes ?? 'none',
  policyKey: router?.names.keys.policy ?? 'none',
});

const plans = [
  ...examples.map((name) => [name, () => planOf(exampleText(name))] as const),
  ...Object.entries(variants),
];

test.each(plans)(
  '%s: filled directly or by Terraform, the accounts carry the same',
  { timeout: 120_000 },
  async (_, make) => {
    const plan = make();
    const { infra } = plan;
    const configuration = configurationOf(infra);
    const site = await siteFor(infra);
    site.write(plan);
    await site.must('init', '-input=false');
    const image = `-var=router_image=111122223333.dkr.ecr.eu-west-1.amazonaws.com/router@sha256:${'0'.repeat(64)}`;
    const containers = infra.router?.run === 'containers' ? [image] : [];
    await site.must('apply', '-auto-approve', '-input=false', '-no-color', ...containers);
    await acceptEndpoints(site.accounts, infra, configuration);

    const filled = openAccounts(infra);
    await fillFromPlan(filled, plan, configuration);
    expect(networkView(filled, configuration)).toEqual(networkView(site.accounts, configuration));
  },
);
