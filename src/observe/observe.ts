import type {
  EndpointService,
  FleetNames,
  InfraPlan,
  Port,
  RoutePlan,
  RouterFleet,
  RouterListener,
} from '../ir/index.ts';
import { buildTopology, type Topology } from '../topology/index.ts';
import { readConfiguration } from './configuration.ts';
import { mapFindings, withEndpointMap } from './endpoint-map.ts';
import { broken, type Finding, risk } from './finding.ts';
import { type Labels, labelsOf } from './labels.ts';
import { readNccs } from './nccs.ts';
import { neverObserved, unreadFindings } from './not-observed.ts';
import { type Clouds, type ReadOptions, readClouds } from './read.ts';
import { type ObservedService, readServices } from './services.ts';
import type { FleetState, LiveState } from './state.ts';
import { readUpstreams } from './upstreams.ts';

export interface Observation {
  /** What exists and works: the same graph as the plan's. What is broken is left out. */
  readonly topology: Topology;
  /** What is broken, at risk or was not observed; in the order of the path from workspace to target. */
  readonly findings: readonly Finding[];
  /** Whether every call was answered. If not, something that the topology lacks may exist. */
  readonly isComplete: boolean;
  /** What was read, without interpretation. */
  readonly state: LiveState;
}

/**
 * Reads both clouds through the clients.
 *
 * @param plan Provides names, with which live objects are matched to planned ones (see labels.ts), and never their existence.
 * Throws AwsCallError or DatabricksCallError where the credentials are refused.
 */
export async function observe(clouds: Clouds, plan: InfraPlan, options: ReadOptions = {}): Promise<Observation> {
  return interpret(await readClouds(clouds, labelsOf(plan), options), plan);
}

/** Interprets a state. Pure: the same state gives the same observation. */
export function interpret(state: LiveState, plan: InfraPlan): Observation {
  const { aws } = state;
  const labels = labelsOf(plan);
  const configuration = readConfiguration(aws, labels);
  const { routes: executed, policy } = configuration;
  const routers = new Map(executed.listeners.map((each) => [Number(each.port), each]));
  const services = readServices({ state: aws, labels, routers, trustedNetworks: executed.trustedNetworks });
  const { nccs, endpoints, findings: inNccs } = readNccs({ live: state, labels, services });
  const reach = readUpstreams(aws, executed);
  const nccsKnown = state.databricks.nccs?.every(({ id }) => state.databricks.rules.has(id)) === true;
  const routes: RoutePlan = {
    ...executed,
    upstreams: reach.upstreams,
    listeners: services.flatMap((service) =>
      joined(service, executed, (each) => withEndpointMap(each, service.key, { endpoints, policy })),
    ),
  };
  const [fleet] = aws.fleets ?? [];
  const [balancer] = aws.balancers ?? [];
  const infra: InfraPlan = {
    version: 1,
    name: plan.name,
    aws: plan.aws,
    databricks: plan.databricks,
    nccs: [...nccs],
    endpointServices: services.map((each): EndpointService => each.service),
    networks: [],
    mskClusters: clusters(state),
    credentials: [],
    targets: [...labels.targets],
    ...(balancer
      ? {
          hub: {
            vpc: { kind: 'existing', id: balancer.vpcId, subnetIds: balancer.zones.map((each) => each.subnetId) },
            vpcEndpoints: [],
          },
        }
      : {}),
    ...(fleet && labels.fleet ? { router: fleetOf(fleet, services, labels.fleet.names) } : {}),
  };
  const findings = [
    ...inNccs,
    ...missingServices(state, labels),
    ...services.flatMap((each) => each.findings),
    ...fleetFindings(state, labels),
    ...configuration.findings,
    ...mapFindings(endpoints, policy, nccsKnown),
    ...reach.findings,
    ...unreadFindings(state.unread),
    ...neverObserved(aws, executed),
  ];
  const isComplete = state.unread.every((each) => each.refusal === 'not-asked');
  return { topology: buildTopology(infra, routes), findings, isComplete, state };
}

/** The routers' listeners under the keys of the load balancer listeners that really lead to their ports. */
const joined = (
  { joins }: ObservedService,
  executed: RoutePlan,
  mapped: (listener: RouterListener) => RouterListener,
): readonly RouterListener[] =>
  joins.flatMap(({ key, port }) =>
    executed.listeners
      .filter((each) => each.port === port)
      .map((each) => mapped({ ...each, key, clientPort: Number(key.split('/')[1]) as Port })),
  );

/** Load balancers that the plan names and that are not there, or in no endpoint service. */
function missingServices({ aws }: LiveState, labels: Labels): readonly Finding[] {
  const { balancers, services } = aws;
  if (!balancers || !services) return [];
  const used = new Set(services.flatMap((each) => each.loadBalancerArns));
  return [...labels.services].flatMap(([name, service]) => {
    const found = balancers.find((each) => each.name === name);
    if (found && used.has(found.arn)) return [];
    const message = found ? `load balancer ${name} is in no endpoint service` : `there is no load balancer ${name}`;
    return [broken('LG_LIVE_SERVICE', { at: 'service', service }, message)];
  });
}

function fleetFindings({ aws: { fleets } }: LiveState, { fleet }: Labels): readonly Finding[] {
  if (!fleet || !fleets) return [];
  if (!fleets.length)
    return [broken('LG_LIVE_FLEET', { at: 'fleet' }, `there are no routers: no ${fleet.names.fleet} was found`)];
  return fleets.flatMap(({ name, desired, running, min }) => {
    if (desired === 0) return [broken('LG_LIVE_FLEET', { at: 'fleet' }, `${name} is set to run no router`)];
    const wanted = Math.max(desired, min);
    if (running >= wanted) return [];
    return [risk('LG_LIVE_FLEET', { at: 'fleet' }, `${name} runs ${running} of ${wanted} routers`)];
  });
}

const clusters = ({ aws }: LiveState): InfraPlan['mskClusters'] =>
  (aws.clusters ?? []).map(({ target, state, brokers }) => ({
    target,
    name: state.name,
    listeners: 'sni',
    auth: [],
    brokers: brokers.map(({ number, host }) => ({ number, host })),
    source: { kind: 'existing', clusterArn: state.arn },
  }));

const fleetOf = (fleet: FleetState, services: readonly ObservedService[], names: FleetNames): RouterFleet => ({
  engine: 'node',
  run: fleet.run,
  instance: '',
  architecture: 'arm64',
  min: fleet.min,
  needed: fleet.min,
  max: fleet.max,
  why: 'as observed',
  names,
  readinessPort: (services.find((each) => each.readinessPort !== undefined)?.readinessPort ?? 0) as Port,
  ports: services.flatMap((each) => each.joins.map((join) => join.port as Port)),
  egress: [],
});
