import { type InfraPlan, type Policy, parseEndpointId } from '../../ir/index.ts';
import { answerConnection, createThing, text, updateThing } from '../aws/index.ts';
import { timings } from '../databricks/index.ts';
import type { SimulatedAccounts } from './accounts.ts';
import type { ConfigurationBucket } from './configuration.ts';

/**
 * What is still to do once everything in a plan is made: Databricks makes the endpoints, we accept exactly those, S3 rules are enabled,
 * and the routers get the endpoint map. Afterwards every rule is ESTABLISHED. May be repeated.
 */
export async function acceptEndpoints(
  accounts: SimulatedAccounts,
  infra: InfraPlan,
  configuration: ConfigurationBucket,
): Promise<void> {
  const { aws, databricks, passTime } = accounts;
  passTime(timings.creating);
  for (const rule of databricks.rules.values()) {
    const [service] = aws.all(
      'aws_vpc_endpoint_service',
      (each) => each.attributes.service_name === rule.endpoint_service,
    );
    if (service && rule.connection_state === 'PENDING')
      answerConnection(aws, service.id, rule.vpc_endpoint_id ?? '', 'accept');
  }
  passTime(timings.bucketAccepted);
  for (const { network_connectivity_config_id: ncc, rule_id, resource_names, enabled } of databricks.rules.values())
    if (resource_names && enabled !== true) databricks.updateRule(ncc, rule_id, 'enabled', { enabled: true });
  await writeEndpointMap(accounts, endpointMap(accounts, infra), configuration);
}

/** Which endpoint belongs to which NCC of the plan, by what both accounts say now. */
export function endpointMap({ aws, databricks }: SimulatedAccounts, { nccs }: InfraPlan): Policy {
  databricks.settle();
  const entries = nccs.flatMap(({ name, key }) =>
    [...databricks.nccs.values()]
      .filter((each) => each.name === name)
      .flatMap((each) => databricks.rulesOf(each.network_connectivity_config_id))
      .flatMap(({ vpc_endpoint_id = '' }) => {
        const id = parseEndpointId(vpc_endpoint_id);
        return id && aws.get('endpoint_connection', id) ? [[id, key] as const] : [];
      }),
  );
  return { version: 1, endpoints: Object.fromEntries(entries) };
}

/** Puts an endpoint map in the place of the one that the routers follow. */
export async function writeEndpointMap(
  { aws, caller }: SimulatedAccounts,
  map: Policy,
  { bucket, policyKey }: ConfigurationBucket,
): Promise<void> {
  if (!aws.get('aws_s3_bucket', bucket)) return; // no routers, nothing to follow
  const input = { bucket, key: policyKey, content: JSON.stringify(map) };
  const before = aws.get('aws_s3_object', `${bucket}/${policyKey}`);
  if (before) updateThing(aws, caller, before, input);
  else await createThing(aws, caller, 'aws_s3_object', input);
}

/** What an object in the configuration bucket holds. Undefined: there is none. */
export function readConfiguration({ aws }: Pick<SimulatedAccounts, 'aws'>, bucket: string, key: string): unknown {
  const object = aws.get('aws_s3_object', `${bucket}/${key}`);
  return object && (JSON.parse(text(object.attributes, 'content')) as unknown);
}
