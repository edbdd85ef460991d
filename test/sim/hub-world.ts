import {
  type Attributes,
  AwsWorld,
  type Caller,
  createThing,
  type Thing,
  type WorldOptions,
} from '../../src/sim/aws/index.ts';

export const home: Caller = { account: '111122223333', region: 'eu-west-1', partition: 'aws' };
export const databricksRole = 'arn:aws:iam::565502421330:role/private-connectivity-role-eu-west-1';

/** A hub made call by call, without Terraform: what the tests of single rules start from. */
export class HubWorld {
  readonly world: AwsWorld;

  constructor(options: WorldOptions = {}) {
    this.world = new AwsWorld(options);
  }

  make(type: string, input: Attributes, caller: Caller = home): Promise<Thing> {
    return createThing(this.world, caller, type, input);
  }

  vpc(cidr_block = '10.40.0.0/22'): Promise<Thing> {
    return this.make('aws_vpc', { cidr_block });
  }

  async subnets(vpc: Thing, count = 2): Promise<readonly string[]> {
    const made: string[] = [];
    for (let at = 0; at < count; at += 1) {
      const input = {
        vpc_id: vpc.id,
        cidr_block: `10.40.${at}.0/24`,
        availability_zone: `eu-west-1${'abc'.charAt(at)}`,
      };
      made.push((await this.make('aws_subnet', input)).id);
    }
    return made;
  }

  balancer(name: string, subnets: readonly string[], more: Attributes = {}): Promise<Thing> {
    return this.make('aws_lb', { name, load_balancer_type: 'network', internal: true, subnets, ...more });
  }

  group(name: string, vpc: Thing, port = 443, more: Attributes = {}): Promise<Thing> {
    return this.make('aws_lb_target_group', {
      name,
      port,
      protocol: 'TCP',
      target_type: 'ip',
      vpc_id: vpc.id,
      ...more,
    });
  }

  listener(balancer: Thing, group: Thing, port = 443, more: Attributes = {}): Promise<Thing> {
    const default_action = [{ type: 'forward', target_group_arn: group.id }];
    return this.make('aws_lb_listener', {
      load_balancer_arn: balancer.id,
      port,
      protocol: 'TCP',
      default_action,
      ...more,
    });
  }

  service(...balancers: readonly Thing[]): Promise<Thing> {
    const network_load_balancer_arns = balancers.map((each) => each.id);
    return this.make('aws_vpc_endpoint_service', { acceptance_required: true, network_load_balancer_arns });
  }

  allow(service: Thing, principal_arn = databricksRole): Promise<Thing> {
    return this.make('aws_vpc_endpoint_service_allowed_principal', {
      vpc_endpoint_service_id: service.id,
      principal_arn,
    });
  }

  /** A VPC with two subnets, an NLB with one listener to one member, and an endpoint service that lets Databricks in. */
  async hub(): Promise<{
    vpc: Thing;
    subnets: readonly string[];
    balancer: Thing;
    group: Thing;
    listener: Thing;
    service: Thing;
  }> {
    const vpc = await this.vpc();
    const subnets = await this.subnets(vpc);
    const balancer = await this.balancer('hub', subnets);
    const group = await this.group('hub', vpc);
    await this.make('aws_lb_target_group_attachment', {
      target_group_arn: group.id,
      target_id: '10.40.0.200',
      port: 443,
    });
    const listener = await this.listener(balancer, group);
    const service = await this.service(balancer);
    await this.allow(service);
    return { vpc, subnets, balancer, group, listener, service };
  }
}
