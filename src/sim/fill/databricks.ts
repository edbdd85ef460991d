import { createHash } from 'node:crypto';
import type { InfraPlan, Ncc, Rule } from '../../ir/index.ts';
import { text } from '../aws/index.ts';
import type { SimulatedAccounts } from './accounts.ts';
import { serviceBehind } from './services.ts';

/** NCCs with their private endpoint rules, each bound to its workspaces. */
export function fillDatabricks({ aws, databricks }: SimulatedAccounts, infra: InfraPlan): void {
  const { region } = infra.aws;
  const serviceName = (key: string): string => {
    const planned = infra.endpointServices.find((each) => each.key === key);
    return text(serviceBehind(aws, planned?.nlb.name ?? '').attributes, 'service_name');
  };
  for (const ncc of infra.nccs) {
    const { network_connectivity_config_id: id } = databricks.createNcc({ name: ncc.name, region });
    for (const rule of ncc.rules) databricks.createRule(id, inputOf(rule, serviceName));
    for (const workspace of ncc.workspaces) {
      // A workspace that is still to be made has no id in the plan.
      const workspaceId = workspace.id ?? madeUpId(workspace);
      if (workspace.id === undefined) databricks.addWorkspace({ id: workspaceId, name: workspace.name, region });
      databricks.bindWorkspace(Number(workspaceId), id);
    }
  }
}

const inputOf = (rule: Rule, serviceName: (key: string) => string): Readonly<Record<string, unknown>> => {
  switch (rule.kind) {
    case 'service':
      return { endpoint_service: serviceName(rule.service), domain_names: rule.domains };
    case 's3':
      return { endpoint_service: rule.awsService, resource_names: rule.buckets };
    default:
      return rule satisfies never;
  }
};

const madeUpId = ({ name }: Ncc['workspaces'][number]): string =>
  String(Number.parseInt(createHash('sha256').update(name).digest('hex').slice(0, 12), 16));
