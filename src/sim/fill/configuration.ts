import type { InfraPlan, Policy, RoutePlan, RouterFleet } from '../../ir/index.ts';
import { createThing, text, updateThing } from '../aws/index.ts';
import type { SimulatedAccounts } from './accounts.ts';
import type { Make } from './hub.ts';

/** The bucket of the routers with the routes in it. The endpoint map follows when endpoints are accepted. */
export async function fillConfiguration(routes: RoutePlan, { names }: RouterFleet, make: Make): Promise<void> {
  const { bucket, keys } = names;
  await make('aws_s3_bucket', { bucket, force_destroy: true });
  await make('aws_s3_object', { bucket, key: keys.routes, content: JSON.stringify(routes) });
}

/** Puts an endpoint map in the place of the one that the routers follow. Without routers nothing follows one. */
export async function writeEndpointMap(
  { aws, caller }: SimulatedAccounts,
  { router }: InfraPlan,
  map: Policy,
): Promise<void> {
  if (!router) return;
  const { bucket, keys } = router.names;
  const input = { bucket, key: keys.policy, content: JSON.stringify(map) };
  const before = aws.get('aws_s3_object', `${bucket}/${keys.policy}`);
  if (before) updateThing(aws, caller, before, input);
  else await createThing(aws, caller, 'aws_s3_object', input);
}

/** What is in the bucket of the routers, parsed as JSON and not checked. Undefined: the object does not exist. */
export function readConfiguration(
  { aws }: Pick<SimulatedAccounts, 'aws'>,
  { router }: Pick<InfraPlan, 'router'>,
  key: 'routes' | 'policy',
): unknown {
  const object = router && aws.get('aws_s3_object', `${router.names.bucket}/${router.names.keys[key]}`);
  return object && (JSON.parse(text(object.attributes, 'content')) as unknown);
}
