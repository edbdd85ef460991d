import type { RoutePlan } from '../../ir/index.ts';
import type { Make } from './hub.ts';

/** Where the configuration of the routers is: a bucket, and the keys of the routes and of the endpoint map. */
export interface ConfigurationBucket {
  readonly bucket: string;
  readonly routesKey: string;
  readonly policyKey: string;
}

/** The bucket with the routes in it. The endpoint map follows when endpoints are accepted. */
export async function fillConfiguration(
  routes: RoutePlan,
  { bucket, routesKey }: ConfigurationBucket,
  make: Make,
): Promise<void> {
  await make('aws_s3_bucket', { bucket, force_destroy: true });
  await make('aws_s3_object', { bucket, key: routesKey, content: JSON.stringify(routes) });
}
