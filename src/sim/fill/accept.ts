import { type InfraPlan, type Policy, parseEndpointId } from '../../ir/index.ts';
import { answerConnection } from '../aws/index.ts';
import { timings } from '../databricks/index.ts';
import type { SimulatedAccounts } from './accounts.ts';
import { writeEndpointMap } from './configuration.ts';

/**
 * What is still to do once everything in a plan is made: Databricks makes the endpoints, we accept exactly those, S3 rules are enabled,
 * and the routers get the endpoint map. Afterwards every rule is ESTABLISHED. May be repeated.
 */
export async function acceptEndpoints(accounts: SimulatedAccounts, infra: InfraPlan): Promise<void> {
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
  await writeEndpointMap(accounts, infra, endpointMap(accounts, infra));
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
