import { expect } from 'vitest';
import { type InfraPlan, symbolicBroker } from '../../src/ir/index.ts';
import { type Observation, observe } from '../../src/observe/index.ts';
import { type Grants, grantsOf, type Proof, prove } from '../../src/proof/index.ts';
import { readSpec } from '../../src/spec/index.ts';
import { liveClouds } from '../support/live-clouds.ts';
import { examples, exampleText, planOf } from '../terraform/cases.ts';
import { type Site, siteFor } from '../terraform/site.ts';
import { variantTexts } from '../terraform/variants.ts';
import { findTool, testWith } from '../tools.ts';
import { builtFaults, Clouds, restorePoint } from './faults.ts';

const test = testWith(findTool('tofu') ? 'tofu' : 'terraform');

interface Applied {
  readonly site: Site;
  /** Reads both clouds over HTTP. */
  look(): Promise<Observation>;
  proof(of: Observation): Proof;
}

/** Applies a spec with the real CLI, which accepts the endpoints too. Everything after that is read from the clouds. */
async function applied(specText: string): Promise<Applied> {
  const plan = planOf(specText);
  const { infra } = plan;
  const site = await siteFor(infra);
  site.write(plan);
  await site.must('init', '-input=false');
  const image = `-var=router_image=111122223333.dkr.ecr.eu-west-1.amazonaws.com/router@sha256:${'0'.repeat(64)}`;
  await site.applyAll(...(infra.router?.run === 'containers' ? [image] : []));
  const clouds = await liveClouds(site.accounts);
  const { spec } = readSpec(specText, 'spec.yaml');
  if (!spec) throw new Error('the example has no spec');
  const granted = grantsOf(spec, new Map());
  return {
    site,
    look: () => observe(clouds, infra),
    proof: ({ topology }) => prove(topology, withBrokers(granted, topology.infra)),
  };
}

/** Grants with the names that brokers got, in the place of those that stood for them. */
function withBrokers(grants: Grants, { mskClusters }: InfraPlan): Grants {
  const actual = new Map(
    mskClusters.flatMap(({ target, brokers }) =>
      brokers.map((each) => [symbolicBroker(target, each.number), each.host] as const),
    ),
  );
  const targets = grants.targets.map((each) => ({
    ...each,
    hosts: each.hosts.map((host) => actual.get(host) ?? host),
  }));
  return { ...grants, targets };
}

const brokenIn = ({ findings }: Observation): readonly string[] =>
  findings.filter((each) => each.verdict === 'broken').map((each) => `${each.code} ${each.message}`);

const failures = (proof: Proof): unknown => proof.failures.map(({ kind, question, why }) => ({ kind, question, why }));

test.each(examples)('what %s builds is proved from the clouds alone', { timeout: 120_000 }, async (name) => {
  const { look, proof } = await applied(exampleText(name));
  const seen = await look();
  expect(brokenIn(seen)).toEqual([]);
  const made = proof(seen);
  expect(failures(made)).toEqual([]);
  expect(made.counts.reached).toBeGreaterThan(0);
  expect(made.counts.adversarialDials).toBeGreaterThan(0);
});

test('a service for each broker is proved too, straight to the brokers', { timeout: 120_000 }, async () => {
  const { look, proof } = await applied(variantTexts.brokers());
  const seen = await look();
  expect(brokenIn(seen)).toEqual([]);
  expect(failures(proof(seen))).toEqual([]);
  const forwards = seen.topology.infra.endpointServices.map((each) => each.listeners[0]?.forward);
  expect(forwards.map((each) => each?.to === 'broker' && each.broker).sort()).toEqual([1, 2, 3]);
});

test('containers are proved, and a peering that is not accepted passes no traffic', {
  timeout: 120_000,
}, async () => {
  const { site, look, proof } = await applied(variantTexts.crowded());
  const before = await look();
  expect(brokenIn(before).length).toBeGreaterThan(0);
  for (const why of brokenIn(before))
    expect(why).toMatch(
      /^LG_LIVE_ROUTE the routers cannot reach 10\.90\.0\.0\/16: the route of subnet subnet-\w+ to 10\.90\.0\.0\/16 leads to pcx-\w+, which is pending-acceptance$/,
    );
  expect(proof(before).failures.map((each) => each.question?.host)).toContain('wiki.corp.acme.com');
  const [pending] = site.world.all('aws_vpc_peering_connection', (each) => each.attributes.accept_status !== 'active');
  if (pending) pending.attributes = { ...pending.attributes, accept_status: 'active' };
  const after = await look();
  expect(brokenIn(after)).toEqual([]);
  expect(failures(proof(after))).toEqual([]);
});

test('the proof of what was built sees each thing that is changed behind its back', { timeout: 120_000 }, async () => {
  const { site, look, proof } = await applied(exampleText('hub-router'));
  expect(proof(await look()).holds).toBe(true);
  const restore = restorePoint(site.accounts);
  const unseen: string[] = [];
  for (const { name, change, found } of builtFaults) {
    change(new Clouds(site.accounts));
    const seen = await look();
    const isFound =
      !found || seen.findings.some((each) => each.code === found.code && found.message.test(each.message));
    if (proof(seen).holds || !isFound) unseen.push(name);
    restore();
  }
  expect(builtFaults).toHaveLength(11);
  expect(unseen).toEqual([]);
  expect(proof(await look()).holds).toBe(true);
});
