import { expect } from 'vitest';
import { findTool, testWith } from '../tools.ts';
import { endpointServiceHcl } from './endpoint-service.ts';
import { terraformRun } from './terraform-cli.ts';

const test = testWith(findTool('tofu') ? 'tofu' : 'terraform');
const minute = 60_000;

test('the real CLI applies, finds nothing more to do, changes, replaces and destroys', {
  timeout: minute,
}, async () => {
  const terraform = await terraformRun();
  await terraform.write(endpointServiceHcl());
  await terraform.must('init', '-input=false');
  await terraform.must('validate');
  const created = await terraform.actions();
  expect(new Set(Object.values(created))).toEqual(new Set(['create']));
  await terraform.must('apply', '-input=false', 'plan.bin');
  expect(await terraform.must('output', '-raw', 'service_name')).toMatch(
    /^com\.amazonaws\.vpce\.eu-west-1\.vpce-svc-0[0-9a-f]{16}$/,
  );
  expect(await terraform.actions()).toEqual({});

  await terraform.write(endpointServiceHcl({ ports: [443, 5432] }));
  expect(await terraform.actions()).toEqual({
    'aws_lb_listener.hub["5432"]': 'create',
    'aws_lb_target_group.hub["5432"]': 'create',
    'aws_lb_target_group_attachment.hub["5432"]': 'create',
  });
  await terraform.must('apply', '-input=false', 'plan.bin');
  expect(await terraform.actions()).toEqual({});

  await terraform.write(
    endpointServiceHcl({ ports: [443, 5432] }).replace('name                             = "hub"', 'name = "hub-2"'),
  );
  expect(await terraform.actions()).toMatchObject({
    'aws_lb.hub': 'delete,create',
    'aws_lb_listener.hub["443"]': 'delete,create',
    'aws_vpc_endpoint_service.hub': 'update',
  });

  await terraform.write(endpointServiceHcl({ ports: [443, 5432] }));
  await terraform.must('destroy', '-auto-approve', '-input=false');
  expect(terraform.world.snapshot()).toEqual([]);
});
