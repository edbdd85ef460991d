import { expect } from 'vitest';
import { fillFromPlan, openAccounts } from '../../src/sim/fill/index.ts';
import { examples, exampleText, planOf } from '../terraform/cases.ts';
import { siteFor } from '../terraform/site.ts';
import { variants } from '../terraform/variants.ts';
import { findTool, testWith } from '../tools.ts';
import { networkView } from './network-view.ts';

const test = testWith(findTool('tofu') ? 'tofu' : 'terraform');

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
    const site = await siteFor(infra);
    site.write(plan);
    await site.must('init', '-input=false');
    const image = `-var=router_image=111122223333.dkr.ecr.eu-west-1.amazonaws.com/router@sha256:${'0'.repeat(64)}`;
    const containers = infra.router?.run === 'containers' ? [image] : [];
    await site.applyAll(...containers);

    // The owner of a peered network accepts in an account of their own, which this configuration does not reach.
    for (const each of site.world.all('aws_vpc_peering_connection'))
      each.attributes = { ...each.attributes, accept_status: 'active' };

    const filled = openAccounts(infra);
    await fillFromPlan(filled, plan);
    expect(networkView(filled, infra)).toEqual(networkView(site.accounts, infra));
  },
);
