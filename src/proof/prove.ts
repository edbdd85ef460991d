import type { Diagnostic } from '../diagnostics/index.ts';
import type { Hostname, Port } from '../ir/index.ts';
import {
  bucketHost,
  checkTopology,
  type ListenerNode,
  type NccNode,
  type Question,
  type Topology,
  type Walk,
  walkFrom,
} from '../topology/index.ts';
import { type GrantIndex, type GrantSet, grantIndex } from './grant-index.ts';
import type { GrantedTarget, Grants, Proof, ProofFailure } from './proof-types.ts';
import { honestPaths, hostileRequests, misplaced, wrongRequests } from './requests.ts';
import { type HostileDial, Tally } from './tally.ts';

/** Failures that a proof keeps; the rest are counted. */
export const maxFailures = 50;

/** A name that no plan has: `.invalid` is reserved (RFC 2606). */
const stranger = 'stranger.lakegate.invalid' as Hostname;

/**
 * Proves that everyone reaches exactly what was granted, also when a client is hostile.
 *
 * By name, for every workspace and target, each host and port: granted ones arrive at that host and port of the target,
 * the others are refused. Adversarially, for every NCC: each listener of each endpoint service it has an endpoint to is
 * dialled by address with every name that any route has there, in every speech spoken there, with an unknown name and
 * with none; whatever answers must be granted to every workspace of the NCC. A name that no route of a listener has is
 * decided like the unknown one, so trying it once stands for all. Where the router reads requests, each such connection is
 * tried with requests as well: every prefix of its host, ways from one prefix into another, and other hosts.
 *
 * Workspaces of an NCC cannot be told apart, so the work is by NCC: linear in NCCs × (targets + routes).
 */
export function prove(topology: Topology, grants: Grants): Proof {
  const tally = new Tally(topology, maxFailures);
  for (const { path, message } of checkTopology(topology))
    tally.fail({
      kind: 'inconsistent',
      expected: 'refuse',
      hop: { at: hopOf(path), name: path.join('.') },
      why: message,
    });
  const index = grantIndex(grants);
  const placed = new Set<string>();
  const dialled = index.targets.map((target) => ({ target, dials: dialsOf(topology, target) }));
  for (const ncc of topology.nccs.values()) {
    const sets = setsOf(ncc, index, placed);
    for (const set of sets) proveByName(topology, ncc, set, dialled, tally);
    proveAdversarially(topology, ncc, sets, index, tally);
    proveNames(topology, ncc, sets, index, tally);
  }
  for (const set of index.sets.values())
    for (const workspace of set.workspaces) if (!placed.has(workspace)) proveOutside(workspace, set, tally);
  return tally.proof({ workspaces: grants.workspaces.length, targets: grants.targets.length });
}

/** A failed proof as the one diagnostic per failure that `plan` prints. Empty when the proof holds. */
export function proofDiagnostics(proof: Proof): readonly Diagnostic[] {
  const shown = proof.failures.map(
    (failure): Diagnostic => ({
      code: failure.kind === 'inconsistent' ? 'LG_PLAN_INCONSISTENT' : 'LG_PROOF_FAILED',
      severity: 'error',
      path: [],
      message: `at ${failure.hop.at} ${failure.hop.name}: ${failure.why}`,
    }),
  );
  const more = proof.failuresInAll - proof.failures.length;
  if (more === 0) return shown;
  return [
    ...shown,
    { code: 'LG_PROOF_FAILED', severity: 'error', path: [], message: `and ${more} more failures of the proof` },
  ];
}

/** The workspaces of an NCC by what they were granted: one set, unless the plan merged by mistake. */
function setsOf(ncc: NccNode, index: GrantIndex, placed: Set<string>): readonly GrantSet[] {
  const bySet = new Map<string, { set: GrantSet; workspaces: string[] }>();
  for (const { name } of ncc.ncc.workspaces) {
    if (placed.has(name)) continue; // in a second NCC: already a failure of the check
    placed.add(name);
    const set = index.setOf(name);
    const own = bySet.get(set.key);
    if (own) own.workspaces.push(name);
    else bySet.set(set.key, { set, workspaces: [name] });
  }
  return [...bySet.values()].map(({ set, workspaces }) => ({ ...set, workspaces }));
}

interface Dialled {
  readonly target: GrantedTarget;
  readonly dials: readonly Dial[];
}

function proveByName(topology: Topology, ncc: NccNode, set: GrantSet, dialled: readonly Dialled[], tally: Tally): void {
  const from = set.workspaces[0] ?? '';
  for (const { target, dials } of dialled) {
    const may = set.may.has(target.name);
    let right = true;
    for (const dial of dials) {
      const way = may ? bestWay(topology, ncc, target, dial) : walkFrom(topology, ncc, dial);
      const failure = may ? expectReach(target, dial, way) : expectOther(target, set, way);
      if (failure) {
        right = false;
        tally.failWalk({ from, ...dial }, way, failure);
      } else if (!may && way.outcome.is === 'refuse') tally.refusedBy(way.outcome.code);
    }
    if (right) tally.pair(may, set.workspaces.length, !set.granted.has(target.name));
  }
}

/** The way of a request that an honest client may make; of several, one that arrives where it should. */
function bestWay(topology: Topology, ncc: NccNode, target: GrantedTarget, dial: Dial): Walk {
  const paths = target.inspected ? honestPaths(target.inspected) : [];
  let best = walkFrom(topology, ncc, dial);
  for (const path of paths) {
    best = walkFrom(topology, ncc, { ...dial, path });
    if (best.outcome.is === 'reach' && best.outcome.target === target.name) break;
  }
  return best;
}

interface Dial {
  readonly host: Hostname;
  readonly port: Port;
  /** The target's own port. */
  readonly own?: Port;
  /** Of an inspected target: its prefix. */
  readonly path?: string;
}

const httpsPort = 443 as Port;

/** What a client of the target dials: its names, at the ports the plan tells. */
function dialsOf(topology: Topology, target: GrantedTarget): readonly Dial[] {
  if (target.buckets.length > 0)
    return target.buckets.map((bucket) => ({ host: bucketHost(bucket, topology.region), port: httpsPort }));
  const told = target.remap ? topology.targets.get(target.name) : undefined;
  const ports = target.ports.map((own) => ({
    own,
    port: told?.ports.find(({ port }) => port === own)?.clientPort ?? own,
  }));
  const path = target.inspected && { path: target.inspected.path };
  return target.hosts.flatMap((host) => ports.map((port) => ({ host, ...port, ...path })));
}

type Wrong = Pick<ProofFailure, 'kind' | 'expected' | 'why'>;

function expectReach(target: GrantedTarget, dial: Dial, way: Walk): Wrong | undefined {
  if (way.outcome.is === 'refuse')
    return { kind: 'not-reached', expected: 'reach', why: `${target.name} is granted, but not reached` };
  if (way.bucket !== undefined) return undefined;
  if (way.outcome.target !== target.name)
    return {
      kind: 'wrong-upstream',
      expected: 'reach',
      why: `${target.name} is granted, but ${way.outcome.target} answers`,
    };
  return wrongUpstream(target, way, dial);
}

/** Whether what answers is the target at the name and port that were asked for. */
function wrongUpstream(target: GrantedTarget, way: Walk, dial?: Dial): Wrong | undefined {
  const wrong = (is: string): Wrong => ({
    kind: 'wrong-upstream',
    expected: 'reach',
    why: `connections for ${target.name} end at ${is}`,
  });
  const { upstream, listener } = way;
  if (upstream) {
    const byName = way.route?.match.by === 'name' ? way.route.match.name : undefined;
    // Names of one fixed address are aliases: a route by port serves them all.
    const host = byName ?? (target.addresses.length > 0 ? undefined : dial?.host);
    const elsewhere = target.inspected;
    if (elsewhere?.host !== undefined ? upstream.host !== elsewhere.host : !target.hosts.includes(upstream.host))
      return wrong(`upstream host ${upstream.host}`);
    if (elsewhere?.host === undefined && host !== undefined && host !== upstream.host)
      return wrong(`upstream host ${upstream.host}`);
    if (elsewhere?.port !== undefined ? upstream.port !== elsewhere.port : !target.ports.includes(upstream.port))
      return wrong(`upstream port ${upstream.port}`);
    if (elsewhere?.port === undefined && dial?.own !== undefined && dial.own !== upstream.port)
      return wrong(`upstream port ${upstream.port}`);
    const requests = wrongRequests(target, way);
    if (requests !== undefined) return wrong(requests);
    const addresses = upstream.addresses ?? [];
    return sameItems(addresses, target.addresses)
      ? undefined
      : wrong(`addresses ${addresses.join(', ') || 'from DNS'}`);
  }
  if (!listener) return undefined;
  const { forward, targetGroup } = listener.listener;
  if (dial?.own !== undefined && targetGroup.port !== dial.own) return wrong(`port ${targetGroup.port}`);
  switch (forward.to) {
    case 'addresses': {
      const members = forward.members.map((member) => member.address);
      return sameItems(members, target.addresses) ? undefined : wrong(`addresses ${members.join(', ')}`);
    }
    case 'broker':
      return forward.target === target.name && (dial === undefined || target.hosts[forward.broker - 1] === dial.host)
        ? undefined
        : wrong(`broker ${forward.broker} of ${forward.target}`);
    case 'router':
      return undefined;
    default:
      return forward satisfies never;
  }
}

const sameItems = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item) => b.includes(item));

/** A name that a granted target also has may lead there; it must not lead to this one, or to another without a grant. */
function expectOther(target: GrantedTarget, set: GrantSet, way: Walk): Wrong | undefined {
  if (way.outcome.is === 'refuse' || (way.outcome.target !== target.name && set.may.has(way.outcome.target)))
    return undefined;
  return withoutGrant(way.outcome.target, target.name);
}

const withoutGrant = (reached: string, asked: string): Wrong => ({
  kind: 'reached-without-grant',
  expected: 'refuse',
  why:
    reached === asked
      ? `${reached} is not granted, but answers`
      : `${reached} is not granted, but answers in place of ${asked}`,
});

function proveAdversarially(
  topology: Topology,
  ncc: NccNode,
  sets: readonly GrantSet[],
  index: GrantIndex,
  tally: Tally,
): void {
  for (const service of ncc.byService.keys()) {
    const node = topology.services.get(service);
    if (!node) continue; // already a failure of the check
    for (const [port, listener] of node.listeners)
      for (const { claim, ...request } of hostileDials(listener, tally)) {
        tally.dial();
        const question = { service, host: claim?.name ?? stranger, port, ...(claim && { claim }), ...request };
        const way = walkFrom(topology, ncc, question);
        if (way.outcome.is === 'reach') proveReached(way.outcome.target, { way, question, sets, index, tally });
      }
  }
}

interface Reached {
  readonly way: Walk;
  readonly question: Omit<Question, 'from'>;
  readonly sets: readonly GrantSet[];
  readonly index: GrantIndex;
  readonly tally: Tally;
}

function proveReached(reached: string, { way, question, sets, index, tally }: Reached): void {
  for (const set of sets) {
    const from = set.workspaces[0] ?? '';
    if (!set.may.has(reached)) tally.failWalk({ from, ...question }, way, withoutGrant(reached, reached));
  }
  const target = index.byName.get(reached);
  const sharing = (index.ownersOf.get(question.host) ?? []).flatMap((name) => index.byName.get(name) ?? []);
  const strayed = target && misplaced(target, sharing, way);
  const wrong: Wrong | undefined =
    strayed === undefined
      ? target && wrongUpstream(target, way)
      : { kind: 'wrong-upstream', expected: 'refuse', why: `${reached} gets ${strayed}` };
  if (wrong) tally.failWalk({ from: sets[0]?.workspaces[0] ?? '', ...question }, way, wrong);
}

/** Everything that is decided differently on a listener. One unclaimed dial where the load balancer decides alone. */
function hostileDials(node: ListenerNode, tally: Tally): readonly HostileDial[] {
  const known = tally.hostileDials.get(node);
  if (known) return known;
  const dials: HostileDial[] = [];
  if (!node.router) dials.push({});
  else {
    const names = new Set<Hostname | undefined>([undefined, stranger]);
    for (const route of node.router.listener.routes) if (route.match.by === 'name') names.add(route.match.name);
    for (const speech of ['tls', 'postgres', 'http', 'mysql', 'tcp'] as const)
      if (node.router.listener.speaks.includes(speech) || speech === 'tls')
        for (const name of names) {
          dials.push({ claim: name === undefined ? { speech } : { speech, name } });
          if (name === undefined || (speech !== 'tls' && speech !== 'http')) continue;
          if (!node.router.byRequest[speech].has(name)) continue;
          for (const request of hostileRequests(node.router, name)) dials.push({ claim: { speech, name }, ...request });
        }
  }
  tally.hostileDials.set(node, dials);
  return dials;
}

/** A rule lists no name or bucket for nothing: each belongs to something that was granted. */
function proveNames(
  topology: Topology,
  ncc: NccNode,
  sets: readonly GrantSet[],
  index: GrantIndex,
  tally: Tally,
): void {
  const granted = (owners: readonly string[] | undefined): boolean =>
    owners?.some((name) => sets.every((set) => set.may.has(name))) ?? false;
  const fail = (rule: string, name: string, host: Hostname): void =>
    tally.fail({
      kind: 'name-without-grant',
      expected: 'refuse',
      question: { from: sets[0]?.workspaces[0] ?? '', host, port: httpsPort },
      hop: { at: 'rule', name: rule },
      why: `rule ${rule} of NCC ${ncc.ncc.key} lists ${name}, but the workspaces of the NCC were not granted a target with it`,
    });
  for (const [host, rule] of ncc.byName) if (!granted(index.ownersOf.get(host))) fail(rule.key, host, host);
  for (const [bucket, rule] of ncc.byBucket)
    if (!granted(index.ownersOfBucket.get(bucket)))
      fail(rule.key, `bucket ${bucket}`, bucketHost(bucket, topology.region));
}

/** A workspace without an NCC reaches nothing, which is right only when it was granted nothing. */
function proveOutside(workspace: string, set: GrantSet, tally: Tally): void {
  for (const target of set.may)
    tally.fail({
      kind: 'not-reached',
      expected: 'reach',
      hop: { at: 'workspace', name: workspace },
      why: `${target} is granted, but workspace ${workspace} is in no NCC`,
    });
  tally.pair(false, set.targetsInAll - set.may.size, false);
}

/** Names the kind of object that a path of the plan ends in. */
const hopOf = (path: readonly (string | number)[]): 'ncc' | 'rule' | 'service' | 'listener' | 'router' | 'route' => {
  if (path.includes('rules')) return 'rule';
  if (path[0] === 'nccs') return 'ncc';
  if (path[0] === 'routes') return path.length > 3 ? 'route' : 'router';
  if (path[0] === 'endpointServices') return path.includes('listeners') ? 'listener' : 'service';
  return path[0] === 'router' ? 'router' : 'service';
};
