import type { AwsPlan, FleetNames, InfraPlan, MskCluster } from '../../ir/index.ts';
import type { Spec } from '../../spec/index.ts';

/**
 * Names that Terraform gives and others look for: routers, `sim`, whoever reads logs or alarms. All begin with the name of
 * the spec or hold it, so that two plans of one account never meet.
 */

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html: unique in the world, at most 63 characters (2026-11-20) */
const bucket = ({ name, aws }: Spec): string => `${name}-lakegate-${aws.account}-${aws.region}`;

const logGroups = ({ name }: Spec): string => `/lakegate/${name}/`;

export const fleetNames = (spec: Spec): FleetNames => ({
  fleet: `${spec.name}-router`,
  bucket: bucket(spec),
  keys: { routes: 'routes.json', policy: 'policy.json', artifacts: 'router/' },
  logGroup: `${logGroups(spec)}router`,
  metrics: `lakegate/${spec.name}`,
  alarms: `${spec.name}-alarms`,
});

export const brokerLogGroup = (spec: Spec, cluster: string): string => `${logGroups(spec)}msk/${cluster}`;

export const caKeyAlias = ({ name }: Spec): string => `alias/lakegate-${name}-inspection-ca-`;

export const signerRole = ({ name }: Spec): string => `${name}-inspection-signer`;

/** The key and the chain of the intermediate CA, which routers fetch. */
export const issuerSecret = ({ name }: Spec): string => `lakegate/${name}/inspection-issuer`;

export const planTag = ({ name }: Spec): AwsPlan['planTag'] => ({ key: 'lakegate', value: name });

/** A fleet has a bucket, logs and alarms to encrypt; a cluster that is created asks for it by `encryption`. */
export function encryptionKey(
  spec: Spec,
  hasRouter: boolean,
  clusters: readonly MskCluster[],
): InfraPlan['encryptionKey'] {
  const byCluster = clusters.some(({ source }) => source.kind === 'create' && source.encryption.atRest === 'kms');
  return hasRouter || byCluster
    ? { alias: `alias/lakegate-${spec.name}`, logGroups: `${logGroups(spec)}*` }
    : undefined;
}

/** The key in the bucket that the spec names, and the table that takes the lock's place before native locking. */
export function stateBackend({ name, aws }: Spec): AwsPlan['backend'] {
  if (!aws.backend) return undefined;
  const { bucket: stateBucket, lock, key = `lakegate/${name}/terraform.tfstate`, ...rest } = aws.backend;
  return { bucket: stateBucket, key, lock, ...(lock === 'dynamodb' && { lockTable: `${stateBucket}-lock` }), ...rest };
}
