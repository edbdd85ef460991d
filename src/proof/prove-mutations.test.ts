import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Kind, specOf, target } from '../../test/planner/specs.ts';
import { bruteForceOutcome } from '../../test/support/brute-force.ts';
import { defaultFacts } from '../facts/index.ts';
import type { Hostname, InfraPlan, Port, Route, RoutePlan } from '../ir/index.ts';
import { makePlan } from '../planner/index.ts';
import type { Claim } from '../routing/index.ts';
import { buildTopology, type Question, type Topology, trace } from '../topology/index.ts';
import { type Grants, grantsOf, prove } from './index.ts';

/** A plan that tests may spoil. */
type Draft<T> = T extends string | number | boolean ? T : { -readonly [K in keyof T]: Draft<T[K]> };

interface Plans {
  readonly infra: Draft<InfraPlan>;
  readonly routes: Draft<RoutePlan>;
}

/** Spoils a plan a little; `pick` chooses among what is there. Some change nothing: that is a case too. */
type Mutation = (plans: Plans, pick: <T>(from: readonly T[]) => T | undefined) => void;

const routesIn = ({ routes }: Plans): Draft<Route>[] => routes.listeners.flatMap((listener) => listener.routes);

const toggle = (list: string[], item: string | undefined): void => {
  if (item === undefined) return;
  const at = list.indexOf(item);
  if (at < 0) list.push(item);
  else list.splice(at, 1);
};

const mutations: Readonly<Record<string, Mutation>> = {
  nothing() {},
  'admit or forget an NCC'(plans, pick) {
    const route = pick(routesIn(plans));
    if (route) toggle(route.allow, pick(plans.infra.nccs)?.key);
  },
  'send a route to the upstream of another'(plans, pick) {
    const [a, b] = [pick(routesIn(plans)), pick(routesIn(plans))];
    if (a && b) a.action.upstream = b.action.upstream;
  },
  'let a route take clients without a name'(plans, pick) {
    const route = pick(routesIn(plans));
    if (route) route.action.isDefault = true;
  },
  'move a name to another rule'(plans, pick) {
    const rules = plans.infra.nccs.flatMap((ncc) => ncc.rules.filter((rule) => rule.kind === 'service'));
    const [from, to] = [pick(rules), pick(rules)];
    const name = from?.domains.pop();
    if (name !== undefined && to) to.domains.push(name);
  },
  'give an NCC an endpoint of another service'(plans, pick) {
    const [ncc, service] = [pick(plans.infra.nccs), pick(plans.infra.endpointServices)];
    if (ncc && service)
      ncc.rules.push({
        kind: 'service',
        key: 'r-spoilt',
        service: service.key,
        domains: ['spoilt.test' as Draft<Hostname>],
      });
  },
  'move a workspace'(plans, pick) {
    const [from, to] = [pick(plans.infra.nccs), pick(plans.infra.nccs)];
    const workspace = from?.workspaces.pop();
    if (workspace && to) to.workspaces.push(workspace);
  },
  'take the identity away from a listener'(plans, pick) {
    const listener = pick(plans.routes.listeners);
    if (listener) listener.identity = { by: 'listener', nccs: plans.infra.nccs.map((ncc) => ncc.key) };
  },
  'lose a listener'(plans, pick) {
    pick(plans.infra.endpointServices)?.listeners.pop();
  },
  'lose a route'(plans, pick) {
    pick(plans.routes.listeners)?.routes.pop();
  },
  'move an upstream to another port'(plans, pick) {
    const upstream = pick(Object.values(plans.routes.upstreams));
    if (upstream) upstream.port = 9 as Draft<Port>;
  },
  'say that a route belongs to another target'(plans, pick) {
    const [a, b] = [pick(routesIn(plans)), pick(routesIn(plans))];
    if (a && b) a.target = b.target;
  },
  'add a bucket'(plans, pick) {
    pick(plans.infra.nccs)?.rules.push({ kind: 's3', key: 'r-spoilt', awsService: 's3', buckets: ['acme-lake'] });
  },
};

const kinds: readonly Kind[] = ['https', 'http', 'postgres', 'mysql', 'mysql-by-name', 'oracle', 'vault'];
const workspaces = ['w1', 'w2', 'w3'];

const specs = fc
  .record({
    kinds: fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 5 }),
    access: fc.array(fc.tuple(fc.subarray(workspaces, { minLength: 1 }), fc.array(fc.nat(4), { minLength: 1 })), {
      minLength: 1,
      maxLength: 3,
    }),
    perRule: fc.integer({ min: 1, max: 4 }),
    fixed: fc.boolean(),
  })
  .map((drawn) => {
    const targets = drawn.kinds.map((kind, i) =>
      target(kind, { name: `t${i}`, ...(drawn.fixed && kind === 'oracle' ? { addresses: ['10.40.1.9'] } : {}) }),
    );
    const nameOf = (i: number): string => targets[i % targets.length]?.name ?? '';
    return specOf({
      workspaces,
      targets,
      limits: { domains_per_rule: drawn.perRule },
      access: drawn.access.map(([from, to]) => [from, to.map(nameOf)]),
    });
  });

/**
 * Every connection that anyone could try, searched for in the plans one by one, and judged by the grants alone. Nothing
 * is skipped for being unlikely. Each is also traced: the trace must say the same.
 */
function wrongAnswers(topology: Topology, grants: Grants): readonly string[] {
  const wrong: string[] = [];
  const hosts = grants.targets.flatMap((each) => each.hosts);
  for (const { workspace: from, targets } of grants.workspaces) {
    const judge = (question: Question): string | undefined => {
      const found = bruteForceOutcome(topology.infra, topology.routes, question);
      const { outcome } = trace(topology, question);
      const reached = found.is === 'reach' ? { is: found.is, target: found.target } : found;
      expect(outcome, JSON.stringify(question)).toEqual(reached);
      if (found.is === 'refuse') return undefined;
      const { target, upstream } = found;
      const said = `${from} → ${question.host}:${question.port} ${question.service ?? ''} reaches ${target}`;
      if (!targets.includes(target)) wrong.push(said);
      if (!upstream) return target;
      const granted = grants.targets.find((each) => each.name === target);
      if (!granted?.hosts.includes(upstream.host)) wrong.push(`${said} at ${upstream.host}`);
      if (!granted?.ports.includes(upstream.port)) wrong.push(`${said} at port ${upstream.port}`);
      return upstream.host === question.host ? target : `${target} at ${upstream.host}`;
    };
    for (const each of grants.targets)
      for (const host of each.hosts)
        for (const port of each.ports) {
          const reached = judge({ from, host, port });
          if (targets.includes(each.name) && reached !== each.name)
            wrong.push(`${from} → ${host}:${port} gets ${reached ?? 'nothing'}`);
        }
    for (const service of topology.infra.endpointServices)
      for (const { port } of service.listeners)
        for (const speech of ['tls', 'postgres', 'http', 'mysql', 'tcp'] as const)
          for (const name of [...hosts, 'unheard-of.test' as Hostname, undefined]) {
            const claim: Claim = name === undefined ? { speech } : { speech, name };
            judge({ from, host: name ?? ('unheard-of.test' as Hostname), port, service: service.key, claim });
          }
  }
  return wrong;
}

const spoilt = fc.tuple(
  specs,
  fc.array(fc.constantFrom(...Object.keys(mutations)), { maxLength: 3 }),
  fc.infiniteStream(fc.nat()),
);

test('the proof misses nothing that trying every connection finds, in good plans and spoilt ones', () => {
  const seen = { good: 0, caught: 0, stricter: 0 };
  fc.assert(
    fc.property(spoilt, ([spec, names, numbers]) => {
      const { plan } = makePlan(spec, defaultFacts);
      fc.pre(plan !== undefined);
      const plans = structuredClone({ infra: plan?.infra, routes: plan?.routes }) as Plans;
      const pick = <T>(from: readonly T[]): T | undefined =>
        from[(numbers.next().value ?? 0) % Math.max(1, from.length)];
      for (const name of names) mutations[name]?.(plans, pick);
      const topology = buildTopology(plans.infra as InfraPlan, plans.routes as RoutePlan);
      const grants = grantsOf(spec, new Map());
      const proof = prove(topology, grants);
      const wrong = wrongAnswers(topology, grants);
      if (wrong.length > 0) {
        seen.caught += 1;
        expect(proof.holds, wrong[0]).toBe(false);
        expect(
          proof.failures.some(
            ({ kind }) => kind === 'not-reached' || kind === 'reached-without-grant' || kind === 'wrong-upstream',
          ),
          wrong[0],
        ).toBe(true);
      } else if (proof.holds) seen.good += 1;
      // The proof also refuses what does no harm yet: parts that contradict each other, names listed for nothing.
      else {
        seen.stricter += 1;
        expect(
          proof.failures
            .map(({ kind }) => kind)
            .filter((kind) => kind !== 'inconsistent' && kind !== 'name-without-grant'),
        ).toEqual([]);
      }
    }),
    { numRuns: 400 },
  );
  expect(Math.min(seen.good, seen.caught, seen.stricter)).toBeGreaterThan(20);
});
