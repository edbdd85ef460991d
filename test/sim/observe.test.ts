import { expect, test } from 'vitest';
import { type Observation, observe } from '../../src/observe/index.ts';
import { grantsOf, type Proof, prove } from '../../src/proof/index.ts';
import { fillFromPlan, openAccounts } from '../../src/sim/fill/index.ts';
import { readSpec } from '../../src/spec/index.ts';
import { buildTopology } from '../../src/topology/index.ts';
import { liveClouds } from '../support/live-clouds.ts';
import { examples, exampleText, planOf } from '../terraform/cases.ts';
import { variants } from '../terraform/variants.ts';
import { builtFaults, Clouds, restorePoint } from './faults.ts';
import { accessFaults } from './faults-of-access.ts';
import { fleetFaults } from './faults-of-the-fleet.ts';

/** The clouds of a plan, filled without Terraform and read over HTTP. */
async function filled(plan: ReturnType<typeof planOf>) {
  const { infra } = plan;
  const accounts = openAccounts(infra);
  await fillFromPlan(accounts, plan);
  const clouds = await liveClouds(accounts);
  return { accounts, clouds, look: () => observe(clouds, infra) };
}

const toldOf = ({ findings }: Observation): readonly string[] =>
  findings.map((each) => `${each.verdict} ${each.code} ${each.message}`);

const plans = [
  ...examples.map((name) => [name, () => planOf(exampleText(name))] as const),
  ...Object.entries(variants),
];

test.each(plans)('%s: what is filled in is observed as it was planned, with nothing broken', async (_, make) => {
  const plan = make();
  const { look } = await filled(plan);
  const { topology, findings } = await look();
  expect(findings.filter((each) => each.verdict === 'broken')).toEqual([]);
  const planned = buildTopology(plan.infra, plan.routes);
  const shape = ({ infra, routes }: typeof topology) => ({
    nccs: infra.nccs.map(({ key, name, workspaces, rules }) => ({
      ...{ key, name },
      workspaces: workspaces.map((each) => each.name).sort(),
      rules: rules.map((each) => [each.key, each.kind === 's3' ? each.buckets : [each.service, each.domains.length]]),
    })),
    services: infra.endpointServices.map(({ key, nlb, listeners }) => ({
      ...{ key, nlb },
      listeners: listeners.map((each) => ({
        ...each,
        // A group without members to name; why it was so planned is not in the clouds.
        targetGroup: { ...each.targetGroup, health: { ...each.targetGroup.health, path: undefined } },
        forward: each.forward.to,
      })),
    })),
    allow: routes.listeners
      .map((each) => [each.key, each.routes.map((route) => [route.key, route.allow])] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    upstreams: Object.keys(routes.upstreams).sort(),
  });
  expect(shape(topology)).toEqual(shape(planned));
});

test('each thing that is changed behind our back is found', {
  timeout: 120_000,
}, async () => {
  const text = exampleText('hub-router');
  const { accounts, look } = await filled(planOf(text));
  const { spec } = readSpec(text, 'spec.yaml');
  if (!spec) throw new Error('the example has no spec');
  const grants = grantsOf(spec, new Map());
  const proofOf = ({ topology }: Observation): Proof => prove(topology, grants);
  const restore = restorePoint(accounts);
  const before = new Set(toldOf(await look()));
  const wrong: unknown[] = [];
  for (const { name, change, found, proof } of [...builtFaults, ...fleetFaults, ...accessFaults]) {
    change(new Clouds(accounts));
    const seen = await look();
    const fresh = toldOf(seen).filter((each) => !before.has(each));
    const holds = proofOf(seen).holds ? 'holds' : 'fails';
    const isFound =
      !found ||
      seen.findings.some(
        (each) => each.code === found.code && each.verdict === found.verdict && found.message.test(each.message),
      );
    if (!isFound || holds !== proof) wrong.push({ name, proof: holds, fresh });
    restore();
  }
  expect(wrong).toEqual([]);
  expect(new Set(toldOf(await look()))).toEqual(before);
});
