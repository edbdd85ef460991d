import { readFile } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { AwsWorld, throttled } from '../../src/sim/aws/index.ts';
import { findTool, testWith } from '../tools.ts';
import { endpointServiceHcl } from './endpoint-service.ts';
import { terraformRun } from './terraform-cli.ts';

const test = testWith(findTool('tofu') ? 'tofu' : 'terraform');
const timeout = 60_000;

/** Output without the frame and the line breaks that the CLI puts in. */
const unwrapped = (out: string): string => out.replaceAll(/[│╷╵\s]+/g, ' ');

describe('what the real CLI shows of a refusal', () => {
  test('a name that is too long, an unknown argument and a second block stop at validate', { timeout }, async () => {
    const terraform = await terraformRun();
    const refused = async (from: string, to: string): Promise<string> => {
      await terraform.write(endpointServiceHcl().replace(from, to));
      const { code, out } = await terraform.run('validate', '-no-color');
      return `${code}${unwrapped(out)}`;
    };
    await terraform.write(endpointServiceHcl());
    await terraform.must('init', '-input=false');
    expect(await refused('name                             = "hub"', `name = "${'a'.repeat(33)}"`)).toContain(
      '1 Error: "name" cannot be longer than 32 characters',
    );
    expect(await refused('internal                         = true', 'internl = true')).toMatch(
      /^1 .*Unsupported argument.*internl/,
    );
    expect(await refused('  health_check {', '  health_check {}\n  health_check {')).toMatch(
      /^1 .*Too many health_check blocks/,
    );
    expect(await refused('cidr_block           = "10.40.0.0/22"', '')).toMatch(/^0/);
    expect(await refused('load_balancer_arn = aws_lb.hub.arn', '')).toMatch(
      /^1 .*Missing required argument.*load_balancer_arn/,
    );
  });

  test('the listener over the quota fails in apply with the code of AWS, and what was made stays in the state', {
    timeout,
  }, async () => {
    const terraform = await terraformRun({ world: { quotas: { listenersPerNlb: 2 } } });
    await terraform.write(endpointServiceHcl({ ports: [443, 5432, 9098] }));
    await terraform.must('init', '-input=false');
    const { code, out } = await terraform.run('apply', '-auto-approve', '-input=false', '-no-color');
    expect([code, unwrapped(out)]).toEqual([
      1,
      expect.stringMatching(
        /operation error Elastic Load Balancing v2: CreateListener, https response error StatusCode: 400, RequestID: [0-9a-f-]+, api error TooManyListeners: The maximum number of listeners/,
      ),
    ]);
    expect(terraform.world.all('aws_lb_listener')).toHaveLength(2);
    await terraform.must('destroy', '-auto-approve', '-input=false');
    expect(terraform.world.snapshot()).toEqual([]);
  });

  test('throttling fails one apply and the next one goes on where it stopped', { timeout }, async () => {
    const terraform = await terraformRun();
    await terraform.write(endpointServiceHcl());
    await terraform.must('init', '-input=false');
    terraform.world.disturb = ({ type }) => (type === 'aws_lb_target_group' ? throttled() : undefined);
    const { code, out } = await terraform.run('apply', '-auto-approve', '-input=false', '-no-color');
    expect([code, unwrapped(out)]).toEqual([
      1,
      expect.stringContaining('RequestLimitExceeded: Request limit exceeded.'),
    ]);
    terraform.world.disturb = undefined;
    terraform.world.creationMs = 5;
    await terraform.must('apply', '-auto-approve', '-input=false');
    expect(await terraform.actions()).toEqual({});
  });
});

test('a change behind its back shows in the plan, and what is gone is made again', { timeout }, async () => {
  const terraform = await terraformRun();
  await terraform.write(endpointServiceHcl());
  await terraform.must('init', '-input=false');
  await terraform.must('apply', '-auto-approve', '-input=false');
  const [balancer] = terraform.world.all('aws_lb');
  if (balancer)
    balancer.attributes = {
      ...balancer.attributes,
      enforce_security_group_inbound_rules_on_private_link_traffic: 'on',
    };
  const [attachment] = terraform.world.all('aws_lb_target_group_attachment');
  if (attachment) terraform.world.remove(attachment);
  expect(await terraform.actions()).toEqual({
    'aws_lb.hub': 'update',
    'aws_lb_target_group_attachment.hub["443"]': 'create',
  });
  await terraform.must('apply', '-input=false', 'plan.bin');
  expect(await terraform.actions()).toEqual({});
  expect(
    terraform.world.all('aws_lb')[0]?.attributes.enforce_security_group_inbound_rules_on_private_link_traffic,
  ).toBe('off');
});

test('what exists is imported by its id, and needs no change then', { timeout }, async () => {
  const network = `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" { region = "eu-west-1" }
resource "aws_vpc" "hub" { cidr_block = "10.40.0.0/22" }
resource "aws_security_group" "nlb" {
  name   = "nlb"
  vpc_id = aws_vpc.hub.id
}
`;
  const first = await terraformRun();
  await first.write(network);
  await first.must('init', '-input=false');
  await first.must('apply', '-auto-approve', '-input=false');
  const id = (type: string): string =>
    first.world.all(type, (each) => each.attributes.is_default !== true)[0]?.id ?? '';
  const second = await terraformRun({ aws: first.world });
  const imports = (vpc: string): string => `
import {
  to = aws_vpc.hub
  id = "${vpc}"
}
import {
  to = aws_security_group.nlb
  id = "${id('aws_security_group')}"
}`;
  await second.write(network + imports('vpc-00000000000000000'));
  await second.must('init', '-input=false');
  expect(unwrapped((await second.run('plan', '-no-color')).out)).toContain('Cannot import non-existent remote object');
  await second.write(network + imports(id('aws_vpc')));
  expect(await second.must('plan', '-no-color', '-input=false')).toContain(
    'Plan: 2 to import, 0 to add, 0 to change, 0 to destroy.',
  );
  await second.must('apply', '-auto-approve', '-input=false');
  expect(await second.actions()).toEqual({});
});

test('an alias that assumes a role acts in the account of the role, in addition to the first', {
  timeout,
}, async () => {
  const terraform = await terraformRun({ aws: new AwsWorld() });
  await terraform.write(`
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111122223333"]
}
provider "aws" {
  alias  = "spoke"
  region = "eu-central-1"
  assume_role { role_arn = "arn:aws:iam::444455556666:role/lakegate" }
}
resource "aws_vpc" "hub" { cidr_block = "10.40.0.0/22" }
resource "aws_vpc" "spoke" {
  provider   = aws.spoke
  cidr_block = "10.50.0.0/16"
}
resource "aws_vpc_peering_connection" "spoke" {
  vpc_id        = aws_vpc.hub.id
  peer_vpc_id   = aws_vpc.spoke.id
  peer_owner_id = "444455556666"
  peer_region   = "eu-central-1"
}
resource "aws_vpc_peering_connection_accepter" "spoke" {
  provider                  = aws.spoke
  vpc_peering_connection_id = aws_vpc_peering_connection.spoke.id
  auto_accept               = true
}
data "aws_caller_identity" "hub" {}
data "aws_caller_identity" "spoke" { provider = aws.spoke }
data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}
output "accounts" { value = [data.aws_caller_identity.hub.account_id, data.aws_caller_identity.spoke.account_id] }
output "policy" { value = jsondecode(data.aws_iam_policy_document.assume.json) }
`);
  await terraform.must('init', '-input=false');
  await terraform.must('apply', '-auto-approve', '-input=false');
  const output = JSON.parse(await terraform.must('output', '-json')) as Record<string, { readonly value: unknown }>;
  expect(output.accounts?.value).toEqual(['111122223333', '444455556666']);
  expect(output.policy?.value).toEqual({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }],
  });
  const homes = terraform.world.all('aws_vpc').map((each) => [each.account, each.region, each.attributes.cidr_block]);
  expect(homes.sort()).toEqual([
    ['111122223333', 'eu-west-1', '10.40.0.0/22'],
    ['444455556666', 'eu-central-1', '10.50.0.0/16'],
  ]);
  expect(terraform.world.all('aws_vpc_peering_connection')[0]?.attributes.accept_status).toBe('active');
  expect(await terraform.actions()).toEqual({});
  await terraform.write(
    (await readFile(`${terraform.folder}/main.tf`, 'utf8')).replace('["111122223333"]', '["999999999999"]'),
  );
  expect(unwrapped((await terraform.run('plan', '-no-color')).out)).toContain(
    'AWS account ID not allowed: 111122223333',
  );
});
