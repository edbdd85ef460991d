import { AwsError } from '../errors.ts';
import type { Change, Model } from '../model.ts';
import { referred } from '../model.ts';
import type { Attributes } from '../values.ts';
import { type AwsWorld, type Caller, number, type Thing, text } from '../world.ts';
import { principalsOf } from './privatelink-principals.ts';

/** All connections of a service, each in the state that it has by now. */
export const attachedTo = (world: AwsWorld, serviceId: string): readonly Thing[] =>
  world
    .all('endpoint_connection', (each) => each.attributes.service_id === serviceId)
    .map((each) => settled(world, each));

/** Those that the owner of the service sees. */
export const connectionsOf = (world: AwsWorld, serviceId: string): readonly Thing[] =>
  attachedTo(world, serviceId).filter((each) => world.now() >= (number(each.attributes, 'seen_from') ?? 0));

/** The connection of an endpoint, in the state that it has by now. */
export function connectionOf(world: AwsWorld, endpointId: string): Thing | undefined {
  const found = world.get('endpoint_connection', endpointId);
  return found && settled(world, found);
}

/** What was answered takes effect after a while. */
function settled(world: AwsWorld, connection: Thing): Thing {
  const { becomes, becomes_at: at, ...rest } = connection.attributes;
  if (typeof becomes === 'string' && typeof at === 'number' && world.now() >= at)
    connection.attributes = { ...rest, state: becomes, state_since: at };
  return connection;
}

/** Only these two states keep a service from being deleted. */
export const blocksDeletion = ({ attributes }: Thing): boolean =>
  ['Available', 'PendingAcceptance'].includes(text(attributes, 'state'));

/**
 * Attaches an endpoint of another account to a service, as Databricks does for a private endpoint rule.
 * @returns the endpoint's id. Throws AwsError where the service does not exist or does not let the principal in.
 */
export function connectEndpoint(
  world: AwsWorld,
  wanted: { readonly serviceName: string; readonly principal: string; readonly caller: Caller },
): Thing {
  const found = world.all('aws_vpc_endpoint_service', (each) => each.attributes.service_name === wanted.serviceName)[0];
  const principals = found ? principalsOf(world, found) : [];
  const account = /^arn:aws[a-z-]*:iam::(\d{12}):/.exec(wanted.principal)?.[1];
  const isAllowed = principals.some(
    (each) => each === '*' || each === wanted.principal || (account !== undefined && each.endsWith(`:${account}:root`)),
  );
  if (!found || !isAllowed)
    throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${wanted.serviceName}' does not exist`);
  const id = world.ids.id('vpce');
  const seenAfter = world.timings.connectionSeen;
  return world.put({
    type: 'endpoint_connection',
    id,
    account: found.account,
    region: found.region,
    attributes: {
      service_id: found.id,
      vpc_endpoint_id: id,
      owner: wanted.caller.account,
      state: found.attributes.acceptance_required === true ? 'PendingAcceptance' : 'Available',
      created: new Date(world.now()).toISOString(),
      ...(seenAfter > 0 && { seen_from: world.now() + seenAfter }),
    },
  });
}

/**
 * What the owner of a service may do with a connection. Throws AwsError for what AWS reports under `Unsuccessful`, for each endpoint by
 * itself, in an answer that succeeds.
 */
export function answerConnection(
  world: AwsWorld,
  serviceId: string,
  endpointId: string,
  answer: 'accept' | 'reject',
): void {
  const connection = connectionsOf(world, serviceId).find((each) => each.id === endpointId);
  const state = text(connection?.attributes ?? {}, 'state');
  if (!connection)
    throw new AwsError('InvalidVpcEndpointId.NotFound', `The VpcEndpoint Id '${endpointId}' does not exist`);
  const allowed = answer === 'accept' ? ['PendingAcceptance'] : ['PendingAcceptance', 'Available'];
  if (!allowed.includes(state) || text(connection.attributes, 'becomes') === 'Rejected')
    throw new AwsError(
      'InvalidState',
      `VpcEndpoint ${endpointId} is in the state ${state}, which cannot be ${answer}ed`,
    );
  const after = answer === 'accept' ? world.timings.accepting : world.timings.rejecting;
  connection.attributes = {
    ...connection.attributes,
    ...(answer === 'accept' && { state: 'Pending' }),
    becomes: answer === 'accept' ? 'Available' : 'Rejected',
    becomes_at: world.now() + after,
  };
  settled(world, connection);
}

/** As the provider waits: a look every five seconds, a connection that is not there for twenty looks, twenty minutes in all. */
const look = { everyMs: 5_000, notFound: 20, capMs: 20 * 60_000 } as const;

/**
 * The provider's resource: it ignores what is `Unsuccessful`, and waits for `available` after accepting, but for nothing after rejecting.
 * @see hashicorp/terraform-provider-aws `internal/service/ec2/vpc_endpoint_connection_accepter.go` (2026-11-25)
 */
export const accepter: Model = {
  type: 'aws_vpc_endpoint_connection_accepter',
  service: 'EC2',
  operations: { create: 'AcceptVpcEndpointConnections', remove: 'RejectVpcEndpointConnections' },
  create({ world, input }) {
    const serviceId = text(input, 'vpc_endpoint_service_id');
    const endpointId = text(input, 'vpc_endpoint_id');
    referred(
      world,
      'aws_vpc_endpoint_service',
      serviceId,
      'InvalidVpcEndpointServiceId.NotFound',
      `The VpcEndpointService Id '${serviceId}' does not exist`,
    );
    ignoringUnsuccessful(() => answerConnection(world, serviceId, endpointId, 'accept'));
    return { id: `${serviceId}_${endpointId}`, computed: {} };
  },
  finish({ world, thing }) {
    const { service, endpoint } = answeredBy(thing);
    const end = world.now() + look.capMs;
    let missing = 0;
    let state = '';
    while (world.now() < end) {
      const before = world.now();
      const found = connectionsOf(world, service).find((each) => each.id === endpoint);
      state = found ? stateWord(found) : '';
      if (state === 'available') return;
      if (found && !['pendingAcceptance', 'pending'].includes(state))
        throw new AwsError('UnexpectedState', `unexpected state '${state}', wanted target 'available'`);
      if (!found) missing += 1;
      if (missing > look.notFound) throw new AwsError('NotFound', "couldn't find resource");
      world.pass(look.everyMs);
      if (world.now() === before) break;
    }
    throw new AwsError('Timeout', `timeout while waiting for state to become 'available' (last state: '${state}')`);
  },
  remove({ world, thing }) {
    const { service, endpoint } = answeredBy(thing);
    ignoringUnsuccessful(() => answerConnection(world, service, endpoint, 'reject'));
  },
  isGone({ world, thing }) {
    const { service, endpoint } = answeredBy(thing);
    return !connectionsOf(world, service).some((each) => each.id === endpoint);
  },
  refresh({ world, thing }): Attributes {
    const { service, endpoint } = answeredBy(thing);
    const found = connectionsOf(world, service).find((each) => each.id === endpoint);
    return { vpc_endpoint_state: found ? stateWord(found) : '' };
  },
};

const answeredBy = ({ attributes }: Change['thing']): { readonly service: string; readonly endpoint: string } => ({
  service: text(attributes, 'vpc_endpoint_service_id'),
  endpoint: text(attributes, 'vpc_endpoint_id'),
});

/** The API spells states with a capital in its model, and without one in its answers. */
export function stateWord(connection: Thing): string {
  const state = text(connection.attributes, 'state');
  return state.charAt(0).toLowerCase() + state.slice(1);
}

function ignoringUnsuccessful(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
}
