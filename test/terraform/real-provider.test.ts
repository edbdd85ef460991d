import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startDatabricks, timings } from '../../src/sim/databricks/index.ts';
import { findTool } from '../tools.ts';
import { examples, exampleText, planOf } from './cases.ts';
import { siteFor } from './site.ts';
import { variants } from './variants.ts';

const binary = process.env.LAKEGATE_DATABRICKS_PROVIDER;
const isReady = binary !== undefined && (findTool('terraform') ?? findTool('tofu')) !== undefined;
const name = isReady
  ? 'the real Databricks provider'
  : 'the real Databricks provider (needs LAKEGATE_DATABRICKS_PROVIDER)';

describe.skipIf(!isReady)(name, () => {
  test.each([...examples.map((each) => [each, () => planOf(exampleText(each))] as const), ...Object.entries(variants)])(
    'finds %s valid',
    { timeout: 60_000 },
    async (_, make) => {
      const plan = make();
      const site = await siteFor(plan.infra, { databricksProvider: binary });
      site.write(plan);
      await site.must('init', '-input=false');
      await site.must('validate');
    },
  );

  test('makes network policies, and then sees nothing to do', { timeout: 180_000 }, async () => {
    const plan = variants['resolver rules, private zones, a network policy']?.();
    if (!plan) throw new Error('no such variant');
    const site = await siteFor(plan.infra, { databricksProvider: binary });
    const server = await startDatabricks(site.account);
    onTestFinished(() => server.close());
    site.write(plan);
    const login = { host: server.accountUrl, client_id: server.clientId, client_secret: server.clientSecret };
    writeFileSync(
      join(site.folder, 'providers_override.tf.json'),
      JSON.stringify({ provider: { databricks: { ...login, auth_type: 'oauth-m2m' } } }),
    );
    await site.must('init', '-input=false');
    await site.must('apply', '-auto-approve', '-input=false', '-no-color');
    expect(await site.actions()).toEqual({});
    const [policy] = site.account.policies.all().filter((each) => each.network_policy_id !== 'default-policy');
    expect(JSON.stringify(policy)).toContain('"orders.db.internal"');
  });

  test.each([
    ['by itself', {}],
    ['waiting for rules', { DATABRICKS_TF_ENABLED_PF_RESOURCES: 'databricks_mws_ncc_private_endpoint_rule' }],
  ] as const)(
    '%s, has every endpoint accepted and every rule for S3 enabled, and then sees nothing to do',
    {
      timeout: 300_000,
    },
    async (how, env) => {
      const plan = planOf(exampleText('hub-router'));
      const site = await siteFor(plan.infra, { databricksProvider: binary ?? '', env });
      const server = await startDatabricks(site.account);
      onTestFinished(() => server.close());
      if (how === 'waiting for rules')
        server.before = ({ method, path }) => {
          if (method === 'GET' && path.includes('/private-endpoint-rules/')) site.wait(timings.creating);
        };
      site.write(plan);
      const login = { host: server.accountUrl, client_id: server.clientId, client_secret: server.clientSecret };
      writeFileSync(
        join(site.folder, 'providers_override.tf.json'),
        JSON.stringify({ provider: { databricks: { ...login, auth_type: 'oauth-m2m' } } }),
      );
      await site.must('init', '-input=false');
      if (how === 'waiting for rules') {
        for (const _ of ['domains', 's3']) {
          await site.must('apply', '-auto-approve', '-input=false', '-no-color');
          site.wait(timings.bucketAccepted);
        }
      } else await site.applyAll();
      const rules = [...site.account.rules.values()];
      expect(rules.map((rule) => rule.connection_state)).toEqual(rules.map(() => 'ESTABLISHED'));
      expect(rules.filter((rule) => rule.resource_names && rule.enabled !== true)).toEqual([]);
      expect((await site.run('plan', '-input=false', '-detailed-exitcode')).code, 'nothing is left to change').toBe(0);
      site.removeWorkspaces();
      await site.must('destroy', '-auto-approve', '-input=false', '-no-color');
      expect(site.left()).toEqual(site.before);
    },
  );
});
