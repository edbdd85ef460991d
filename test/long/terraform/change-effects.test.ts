import { expect } from 'vitest';
import type { InfraPlan } from '../../../src/ir/index.ts';
import { changes, type Plan } from '../../../src/planner/index.ts';
import { exampleText, planOf } from '../../terraform/cases.ts';
import { siteFor } from '../../terraform/site.ts';
import { testWith } from '../../tools.ts';

const withTerraform = testWith('terraform');

/** A place in the infra plan of the example, with dots between its steps, and the value that is put there. */
type Edit = readonly [place: string, value: unknown];

const first = planOf(exampleText('hub-router'));

/** A plan with one field changed by hand, and nothing that would come with it. */
function edited(plan: Plan, [place, value]: Edit): Plan {
  const infra = JSON.parse(JSON.stringify(plan.infra)) as InfraPlan;
  const steps = place.split('.');
  const parent = steps.slice(0, -1).reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], infra);
  const row = parent as Record<string, unknown>;
  const last = steps.at(-1) ?? '';
  if (row[last] === undefined || row[last] === value) throw new Error(`${place} is not there, or is ${value} already`);
  row[last] = value;
  return { ...plan, infra };
}

/** Each edit with a type that Terraform must replace. */
const replacing: readonly (readonly [type: string, edit: Edit])[] = [
  ['aws_vpc', ['hub.vpc.cidr', '10.48.0.0/22']],
  ['aws_lb', ['hub.vpc.subnets.0.cidr', '10.40.3.0/24']],
  ['databricks_mws_network_connectivity_config', ['nccs.0.name', 'another']],
  ['databricks_mws_ncc_binding', ['nccs.0.workspaces.0.id', '99']],
  ['databricks_mws_ncc_private_endpoint_rule', ['nccs.0.rules.0.service', 's-3']],
  ['aws_lb', ['endpointServices.0.nlb.name', 'another']],
  [
    'aws_vpc_endpoint_service_allowed_principal',
    ['endpointServices.0.allowedPrincipals.0', 'arn:aws:iam::565502421330:role/another'],
  ],
  ['aws_lb_target_group', ['endpointServices.0.listeners.0.targetGroup.name', 'another']],
  ['aws_lb_target_group', ['endpointServices.0.listeners.0.targetGroup.port', 29_999]],
  ['aws_autoscaling_group', ['router.names.fleet', 'another']],
  ['aws_s3_bucket', ['router.names.bucket', 'another-bucket']],
  ['aws_s3_object', ['router.names.keys.routes', 'another.json']],
  ['aws_cloudwatch_log_group', ['router.names.logGroup', '/another']],
  ['aws_sns_topic', ['router.names.alarms', 'another']],
  ['aws_kms_alias', ['encryptionKey.alias', 'alias/another']],
];

/** Edits after which Terraform may destroy nothing to make it again. */
const inPlace: readonly Edit[] = [
  ['aws.tags.owner', 'another'],
  ['endpointServices.0.nlb.deletionProtection', true],
  ['endpointServices.0.nlb.crossZone', false],
  ['endpointServices.0.listeners.0.idleSeconds', 400],
  ['endpointServices.0.listeners.0.targetGroup.proxyProtocolV2', false],
  ['router.min', 3],
  ['router.max', 9],
  ['router.instance', 't4g.medium'],
];

withTerraform('Terraform replaces what the table says, and nothing else', { timeout: 600_000 }, async () => {
  const site = await siteFor(first.infra);
  site.write(first);
  await site.must('init', '-input=false');
  await site.applyAll();
  const wrong: string[] = [];
  for (const [type, edit] of [...replacing, ...inPlace.map((each) => [undefined, each] as const)]) {
    const next = edited(first, edit);
    site.write(next);
    const actions = Object.entries(await site.actions('-refresh=false'));
    const replaced = actions.flatMap(([address, action]) =>
      action.includes('delete') && action.includes('create') ? [address] : [],
    );
    const told = changes(first, next).replaced.map(({ what }) => what);
    const isRight =
      type === undefined
        ? replaced.length + told.length === 0
        : told.length > 0 && replaced.some((address) => address.startsWith(`${type}.`));
    if (!isRight) wrong.push(`${edit[0]}: Terraform replaces ${replaced.join(', ')}; told: ${told.join(', ')}`);
  }
  expect(wrong).toEqual([]);
});
