import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InfraPlan } from '../../src/ir/index.ts';
import { AwsWorld, answerConnection, connectionsOf, type Thing, zonesOf } from '../../src/sim/aws/index.ts';
import { DatabricksAccount } from '../../src/sim/databricks/index.ts';
import type { Spec } from '../../src/spec/index.ts';
import { type TerraformRun, terraformRun } from '../sim/terraform-cli.ts';
import { filesOf, writeFiles } from './cases.ts';

/** The real CLI over both simulated clouds, with what a plan takes for granted already there. */
export interface Site extends Omit<TerraformRun, 'write'> {
  readonly account: DatabricksAccount;
  /** What was there before the first apply. */
  readonly before: readonly Thing[];
  /** Puts the files of a plan in the place of those of the last. */
  write(plan: Parameters<typeof filesOf>[0]): void;
  /** Time goes by: rules get their endpoints. */
  wait(milliseconds: number): void;
  /** Accepts the endpoint of every rule, as converge does. */
  accept(): void;
  /** What `lakegate down` does before Terraform may destroy: reject what is connected, free the NCCs. */
  release(): void;
}

/** Stands for the router archive: Terraform uploads bytes and pins their digest, whatever they are. */
const archive = Buffer.from('the router archive of a test');

/** @param limits Of the Databricks account, where a spec says that they were raised. */
/** @param databricksProvider The real provider's binary in place of the double. */
export async function siteFor(
  infra: InfraPlan,
  limits: Spec['limits'] = {},
  databricksProvider?: string,
): Promise<Site> {
  let now = Date.UTC(2026, 10, 20);
  const aws = new AwsWorld();
  const account = new DatabricksAccount({ aws, accountId: infra.databricks.accountId, limits, now: () => now });
  for (const { id, name } of infra.nccs.flatMap((ncc) => ncc.workspaces))
    account.addWorkspace({ id: id ?? '0', name, region: infra.aws.region });
  putOutside(aws, infra);
  const before = aws.snapshot();
  const run = await terraformRun({ aws, databricks: account, ...(databricksProvider ? { databricksProvider } : {}) });
  const services = (): readonly Thing[] => aws.all('aws_vpc_endpoint_service');
  return {
    ...run,
    account,
    before,
    write(plan) {
      for (const entry of readdirSync(run.folder))
        if (!entry.startsWith('.') && !entry.startsWith('terraform.'))
          rmSync(join(run.folder, entry), { recursive: true, force: true });
      writeFiles(run.folder, filesOf(plan));
      // The bucket of a state is real; the state of a test is not kept there.
      if (plan.infra.aws.backend)
        writeFileSync(join(run.folder, 'state_override.tf'), 'terraform {\n  backend "local" {}\n}\n');
      const { router } = plan.infra;
      if (router?.run !== 'instances') return;
      const path = join(run.folder, 'artifacts', `lakegate-router-${router.architecture}.tar.gz`);
      mkdirSync(join(run.folder, 'artifacts'));
      writeFileSync(path, archive);
      writeFileSync(`${path}.sha256`, `${createHash('sha256').update(archive).digest('hex')}\n`);
    },
    wait(milliseconds) {
      now += milliseconds;
      account.settle();
    },
    accept() {
      for (const service of services())
        for (const rule of account.rules.values())
          if (rule.endpoint_service === service.attributes.service_name && rule.connection_state === 'PENDING')
            answerConnection(aws, service.id, rule.vpc_endpoint_id ?? '', 'accept');
      account.settle();
    },
    release() {
      for (const service of services())
        for (const connection of connectionsOf(aws, service.id))
          answerConnection(aws, service.id, connection.id, 'reject');
      for (const id of account.workspaces.keys()) account.removeWorkspace(String(id));
    },
  };
}

/** Gateways, spoke VPCs and an existing hub: what belongs to others. */
function putOutside(aws: AwsWorld, { aws: { region, account, partition }, networks, hub }: InfraPlan): void {
  const put = (
    type: string,
    id: string,
    owner: string,
    attributes: Record<string, string | boolean | string[]>,
  ): void =>
    void aws.put({
      type,
      id,
      account: owner,
      region,
      attributes: {
        id,
        region,
        arn: `arn:${partition}:ec2:${region}:${owner}:${type}/${id}`,
        owner_id: owner,
        ...attributes,
      },
    });
  const vpc = (id: string, owner: string, cidr: string, subnets: readonly string[]): void => {
    put('aws_vpc', id, owner, { cidr_block: cidr, main_route_table_id: `rtb-${id.slice(4)}` });
    put('aws_route_table', `rtb-${id.slice(4)}`, owner, { vpc_id: id, is_main: true });
    for (const [at, subnet] of subnets.entries()) {
      const zone = zonesOf(region)[at % 3];
      put('aws_subnet', subnet, owner, {
        vpc_id: id,
        cidr_block: cidr.replace(/\d+\.\d+\/\d+$/, `${at}.0/24`),
        availability_zone: zone?.name ?? '',
        availability_zone_id: zone?.id ?? '',
      });
    }
  };
  for (const { transitGateway } of networks)
    if (transitGateway !== undefined) put('aws_ec2_transit_gateway', transitGateway, account, {});
  for (const { privateZones = [], account: owner = account } of networks)
    for (const zone of privateZones) put('aws_route53_zone', zone, owner, {});
  for (const network of networks)
    if (network.vpc !== undefined) {
      const owner = network.account ?? account;
      const name = network.vpc.slice(4);
      vpc(network.vpc, owner, network.cidrs[0] ?? '10.250.0.0/16', [`subnet-${name}1`, `subnet-${name}2`]);
    }
  if (hub?.vpc.kind === 'existing') {
    vpc(hub.vpc.id, account, '10.80.0.0/16', hub.vpc.subnetIds);
    // Its way out is its owner's: lakegate adds no default route to a network that exists.
    const route_table_id = `rtb-${hub.vpc.id.slice(4)}`;
    const attributes = {
      route_table_id,
      destination_cidr_block: '0.0.0.0/0',
      nat_gateway_id: 'nat-0',
      state: 'active',
    };
    put('aws_route', `r-${route_table_id}`, account, attributes);
  }
}
