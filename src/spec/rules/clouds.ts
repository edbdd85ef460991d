import { type Checking, problem } from '../raw-spec.ts';
import { shown } from '../wording.ts';

/** Region, partition, hub and workspaces: what the two clouds are told must fit together. */
export function checkClouds(checking: Checking): void {
  checkPartition(checking);
  checkHub(checking);
  checkWorkspaces(checking);
}

function checkPartition({ raw: { aws, databricks }, report }: Checking): void {
  if (!aws || !databricks) return;
  const { region } = aws;
  const isGov = region.startsWith('us-gov-');
  if (region.startsWith('cn-'))
    report(
      problem(
        'LG_REGION_PARTITION',
        ['aws', 'region'],
        `${region} is in AWS China, which the supported Databricks partitions do not have`,
        {
          hint: 'use a region of the commercial or GovCloud partition',
        },
      ),
    );
  else if (isGov && databricks.partition === 'commercial')
    report(
      problem(
        'LG_REGION_PARTITION',
        ['aws', 'region'],
        `${region} is a GovCloud region, but databricks.partition is commercial`,
        {
          hint: 'set databricks.partition to govcloud (civilian) or govcloud-dod',
        },
      ),
    );
  else if (!isGov && databricks.partition !== 'commercial')
    report(
      problem(
        'LG_REGION_PARTITION',
        ['databricks', 'partition'],
        `the partition ${databricks.partition} has no region ${region}`,
        { hint: 'GovCloud regions start with us-gov-; remove partition for other regions' },
      ),
    );
}

/** An ARN begins with the AWS partition of the spec's region: `arn:aws:` or `arn:aws-us-gov:`. */
export function checkArnPartition(
  arn: string,
  path: readonly (string | number)[],
  region: string | undefined,
  report: Checking['report'],
): void {
  const partition = region?.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  const written = arn.split(':')[1];
  if (region === undefined || written === partition) return;
  report(
    problem('LG_ARN_ELSEWHERE', path, `${shown(arn)} is in the partition ${written}; ${region} is in ${partition}`, {
      hint: `ARNs there start with arn:${partition}:`,
    }),
  );
}

function checkHub({ raw: { hub, unsound }, report }: Checking): void {
  if (!hub) return;
  checkHubVpc(hub.vpc, !unsound.has('hub'), report);
  const { min, max } = hub.router;
  if (min > max)
    report(
      problem(
        'LG_FIELD_CONFLICT',
        ['hub', 'router', 'min'],
        `hub.router.min (${min}) is larger than hub.router.max (${max})`,
        {
          hint: 'lower min, or raise max',
        },
      ),
    );
}

function checkHubVpc(
  { create, id, subnets }: NonNullable<Checking['raw']['hub']>['vpc'],
  sound: boolean,
  report: Checking['report'],
): void {
  const path = ['hub', 'vpc'];
  if (create && (id !== undefined || subnets))
    report(
      problem('LG_FIELD_CONFLICT', [...path, 'create'], 'hub.vpc has both create and an existing VPC', {
        hint: 'keep create, or keep id and subnets',
        at: 'key',
      }),
    );
  else if (sound && !create && id === undefined && !subnets)
    report(
      problem('LG_FIELD_MISSING', [...path, 'create'], 'hub.vpc has neither create nor an existing VPC', {
        hint: 'write vpc: { create: { cidr: 10.40.0.0/22 } }, or vpc: { id: vpc-…, subnets: [subnet-…] }',
      }),
    );
  else if (sound && !create && (id === undefined || !subnets))
    report(
      problem(
        'LG_FIELD_MISSING',
        [...path, id === undefined ? 'id' : 'subnets'],
        'an existing hub VPC needs both id and subnets',
        {
          hint: 'subnets: private subnets, one per zone',
        },
      ),
    );
  for (const [index, subnet] of (subnets ?? []).entries())
    if (subnets?.indexOf(subnet) !== index)
      report(
        problem('LG_LISTED_TWICE', [...path, 'subnets', index], `${subnet} is listed twice`, {
          hint: 'list one subnet per zone',
        }),
      );
}

function checkWorkspaces({ raw: { workspaces, present, unsound }, report }: Checking): void {
  if (present.has('workspaces') && !unsound.has('workspaces') && workspaces.size === 0)
    report(
      problem('LG_FIELD_MISSING', ['workspaces'], 'the spec has no workspace', {
        hint: 'write workspaces: { analytics: { id: "1234567890123456" } }',
      }),
    );
  const byId = new Map<string, string>();
  for (const { name, value, lacks } of workspaces.values()) {
    const path = ['workspaces', name];
    if (!value) continue;
    if (value.id !== undefined && value.create)
      report(
        problem('LG_FIELD_CONFLICT', [...path, 'create'], `the workspace ${name} has both id (existing) and create`, {
          hint: 'keep one of them',
          at: 'key',
        }),
      );
    if (lacks('id') && lacks('create'))
      report(
        problem('LG_FIELD_MISSING', [...path, 'id'], `the workspace ${name} has no id`, {
          hint: 'write the number after o= in the workspace URL, in quotes: id: "…"',
        }),
      );
    if (value.id === undefined) continue;
    const other = byId.get(value.id);
    if (other !== undefined)
      report(
        problem('LG_WORKSPACE_TWICE', [...path, 'id'], `the workspace ${other} has the same id ${shown(value.id)}`, {
          hint: 'list each workspace once',
        }),
      );
    else byId.set(value.id, name);
  }
}
