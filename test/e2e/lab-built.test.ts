import { expect } from 'vitest';
import { checkPairs, pairsOf, startLab } from '../../src/lab/index.ts';
import { readSpec } from '../../src/spec/index.ts';
import { exampleText, planOf } from '../terraform/cases.ts';
import { siteFor } from '../terraform/site.ts';
import { findTool, testWith } from '../tools.ts';

const test = testWith(findTool('tofu') ? 'tofu' : 'terraform');

test('the lab runs through what Terraform has built, and every pair is as granted', { timeout: 120_000 }, async () => {
  const text = exampleText('hub-router');
  const { spec } = readSpec(text, 'hub-router.yaml');
  if (!spec) throw new Error('the example has problems');
  const plan = planOf(text);
  const { infra, routes } = plan;
  const site = await siteFor(infra);
  site.write(plan);
  await site.must('init', '-input=false');
  await site.run('apply', '-auto-approve', '-input=false', '-no-color');
  const check = async () => {
    const lab = await startLab({ spec, infra, routes, accounts: site.accounts, nowMs: Date.now() });
    const pairs = pairsOf(spec, lab.topology).filter(({ question }) => question.service === undefined);
    const results = await checkPairs(lab, pairs);
    await lab.close();
    return results;
  };
  const before = await check();
  expect(
    before.filter((pair) => pair.observed === 'reach'),
    'no endpoint is accepted yet',
  ).toEqual([]);
  await site.applyAll();
  const after = await check();
  expect(after.filter((pair) => !pair.passed)).toEqual([]);
  expect(after.filter((pair) => pair.observed === 'reach').length).toBeGreaterThan(10);
});
