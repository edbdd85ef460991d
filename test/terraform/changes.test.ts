import { expect, test } from 'vitest';
import type { Plan } from '../../src/planner/index.ts';
import { testWith } from '../tools.ts';
import { exampleText, planOf } from './cases.ts';
import { siteFor } from './site.ts';

const withTerraform = testWith('terraform');

/** A spec with some lines changed. Fails where a change finds nothing to change. */
function edited(text: string, ...changes: readonly (readonly [string | RegExp, string])[]): string {
  return changes.reduce((before, [from, to]) => {
    const after = before.replace(from, to);
    if (after === before) throw new Error(`nothing to change: ${from}`);
    return after;
  }, text);
}

/** Applies a plan, and gives what Terraform would then do for each of the next ones. */
async function changes(first: Plan, next: readonly Plan[]) {
  const site = await siteFor(first.infra);
  site.write(first);
  await site.must('init', '-input=false');
  await site.applyAll();
  const actions: Record<string, readonly string[]>[] = [];
  for (const plan of next) {
    site.write(plan);
    actions.push(byAction(await site.actions('-refresh=false')));
  }
  return { site, actions };
}

const byAction = (actions: Readonly<Record<string, string>>): Record<string, string[]> => {
  const kinds = [...new Set(Object.values(actions))].sort();
  return Object.fromEntries(
    kinds.map((kind) => [
      kind,
      Object.keys(actions)
        .filter((address) => actions[address] === kind)
        .sort(),
    ]),
  );
};

const hub = exampleText('hub-router');

withTerraform('one change of each kind does what it should and no more', { timeout: 120_000 }, async () => {
  const first = planOf(hub);
  const next = (...lines: Parameters<typeof edited> extends [string, ...infer Rest] ? Rest : never): Plan =>
    planOf(edited(hub, ...lines), first.lock);
  const added = next(
    ['  vault:', '  audit: { type: tcp, host: audit.corp.acme.com, port: 9100, network: onprem }\n  vault:'],
    ['[vault, cache]', '[vault, cache, audit]'],
  );
  const removed = next([/ {2}ledger: .*\n/, ''], ['[ledger, warehouse, legacy-mysql]', '[warehouse, legacy-mysql]']);
  const resized = next(['instance: t4g.small, min: 2, max: 6', 'instance: t4g.medium, min: 3, max: 9']);
  const rerouted = next(['vault.corp.acme.com, port: 8200', 'vault.corp.acme.com, port: 8200, health: none']);
  const renamed = next(['  cache: {', '  sessions: { renamed_from: cache,'], ['[vault, cache]', '[vault, sessions]']);
  const { actions } = await changes(first, [added, removed, resized, rerouted, renamed]);
  const ofListener = (key: string): string[] => [
    `aws_autoscaling_attachment.${key}`,
    `aws_cloudwatch_metric_alarm.${key}_no_router`,
    `aws_lb_listener.${key}`,
    `aws_lb_target_group.${key}`,
  ];
  const rulesOf = (key: string, port: number): string[] => [
    `aws_vpc_security_group_egress_rule.router["192.168.0.0/16:${port}/tcp"]`,
    `aws_vpc_security_group_egress_rule.${key}`,
    `aws_vpc_security_group_ingress_rule.${key}`,
  ];
  expect(actions).toEqual([
    // The lists of names in the rules, and the routes, are what a new name must be in.
    {
      create: [...ofListener('s_1_9100'), ...rulesOf('s_1_9100', 9100)],
      update: [
        'aws_s3_object.routes',
        'databricks_mws_ncc_private_endpoint_rule.r_1',
        'databricks_mws_ncc_private_endpoint_rule.r_4',
      ],
    },
    {
      delete: [...ofListener('s_3_1521'), ...rulesOf('s_3_1521', 1521)],
      update: ['aws_s3_object.routes', 'databricks_mws_ncc_private_endpoint_rule.r_5'],
    },
    { update: ['aws_autoscaling_group.router', 'aws_launch_template.router'] },
    { update: ['aws_s3_object.routes'] },
    { update: ['aws_s3_object.routes'] },
  ]);
});

withTerraform(
  'a renamed target with a created cluster is moved, and nothing is replaced',
  { timeout: 120_000 },
  async () => {
    const text = exampleText('msk');
    const first = planOf(text);
    const next = planOf(
      edited(
        text,
        ['target: events,', 'target: clickstream,'],
        ['  events:\n', '  clickstream:\n    renamed_from: events\n'],
        ['to: [events]', 'to: [clickstream]'],
      ),
      first.lock,
    );
    const { site, actions } = await changes(first, [next]);
    expect(actions).toEqual([{ update: ['aws_s3_object.routes'] }]);
    await site.must('apply', '-input=false', 'plan.bin');
    expect(await site.actions()).toEqual({});
    expect(site.world.all('aws_msk_cluster')).toHaveLength(1);
    expect(await site.must('state', 'list')).toContain('aws_msk_cluster.clickstream');
  },
);

test('a change that finds nothing to change leaves the text as it is', () => {
  expect(() => edited('a', ['b', 'c'])).toThrow('nothing to change');
});
