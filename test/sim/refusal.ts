import { describe, expect, test } from 'vitest';
import type { Attributes } from '../../src/sim/aws/index.ts';
import { AwsError, connectEndpoint, removeThing, type Thing, updateThing } from '../../src/sim/aws/index.ts';
import { databricksRole, HubWorld, home } from './hub-world.ts';

/** The code and message of what the world refuses; undefined where it agrees. */
export async function refusal(work: () => unknown): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

/** What is asked for, how it comes about, and how AWS refuses it. */
export type Case = readonly [name: string, run: (hub: HubWorld) => Promise<() => unknown>, refused: RegExp];

export const long = 'a'.repeat(33);
export const json = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
export const update = (hub: HubWorld, thing: Thing, input: Attributes) => () =>
  updateThing(hub.world, home, thing, { ...thing.attributes, ...input });
export const remove = (hub: HubWorld, thing: Thing) => () => removeThing(hub.world, home, thing);

export const trust = json({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { Service: 'ec2.amazonaws.com' },
  Resource: '*',
});

export const connect = (hub: HubWorld, service: Thing): string =>
  connectEndpoint(hub.world, {
    serviceName: String(service.attributes.service_name),
    principal: databricksRole,
    caller: home,
  }).id;

export function thing(hub: HubWorld, type: string, id: string): Thing {
  const found = hub.world.get(type, id);
  if (!found) throw new Error(`there is no ${type} ${id}`);
  return found;
}

export function vpcOf(hub: HubWorld): Thing {
  const [found] = hub.world.all('aws_vpc');
  if (!found) throw new Error('there is no VPC');
  return found;
}

export async function routes(hub: HubWorld): Promise<{ vpc: Thing; table: string; gateway: string }> {
  const vpc = await hub.vpc();
  const table = await hub.make('aws_route_table', { vpc_id: vpc.id });
  const gateway = await hub.make('aws_internet_gateway', { vpc_id: vpc.id });
  return { vpc, table: table.id, gateway: gateway.id };
}

export const transitGateway = (hub: HubWorld): void =>
  void hub.world.put({
    type: 'aws_ec2_transit_gateway',
    id: 'tgw-0',
    account: home.account,
    region: home.region,
    attributes: { id: 'tgw-0' },
  });

export async function securityGroup(hub: HubWorld): Promise<Thing> {
  return hub.make('aws_security_group', { name: 'one', vpc_id: (await hub.vpc()).id });
}

export async function fleet(hub: HubWorld) {
  const subnets = await hub.subnets(await hub.vpc());
  const template = await hub.make('aws_launch_template', { name: 'router' });
  return {
    name: 'router',
    min_size: 2,
    max_size: 2,
    vpc_zone_identifier: subnets,
    launch_template: [{ id: template.id }],
  };
}

/** One test for each row, by kind. */
export function describeRefusals(cases: Readonly<Record<string, readonly Case[]>>): void {
  for (const [kind, rows] of Object.entries(cases))
    describe(kind, () => {
      test.each(rows)('refused: %s', async (_, run, refused) => {
        const hub = new HubWorld();
        expect(await refusal(await run(hub))).toMatch(refused);
      });
    });
}
