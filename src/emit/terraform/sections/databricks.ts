import type { InfraPlan, Ncc, Rule } from '../../../ir/index.ts';
import { type Context, hostValue } from '../context.ts';
import { address, expr, oncePerFile, type Section, type Value } from '../language/value.ts';
import { ident, resource } from '../names.ts';
import { enabledOnceEstablished, nccData } from './acceptance.ts';

/** `databricks.tf`: NCCs, their private endpoint rules and bindings, and network policies where the plan wants them. */
export function databricksSections({ infra }: Context): readonly Section[] {
  const once = oncePerFile();
  return infra.nccs.flatMap((ncc) => nccSections(ncc, infra, once));
}

type Once = ReturnType<typeof oncePerFile>;

function nccSections(ncc: Ncc, infra: InfraPlan, once: Once): readonly Section[] {
  const id = ident(ncc.key);
  const nccId = expr(`databricks_mws_network_connectivity_config.${id}.network_connectivity_config_id`);
  return [
    resource(
      'databricks_mws_network_connectivity_config',
      id,
      { name: ncc.name, region: infra.aws.region },
      `Workspaces: ${ncc.workspaces.map(({ name }) => name).join(', ')}. All of them reach the same targets: the network cannot tell them apart.`,
    ),
    ...(ncc.rules.some(({ kind }) => kind === 's3') ? [nccData(ncc)] : []),
    ...ncc.rules.map((rule) => ruleSection(rule, ncc, nccId, once)),
    ...ncc.workspaces.flatMap((workspace) =>
      workspace.id === undefined
        ? []
        : [
            resource('databricks_mws_ncc_binding', ident(workspace.name), {
              network_connectivity_config_id: nccId,
              workspace_id: workspace.id,
            }),
          ],
    ),
    ...(infra.databricks.networkPolicy ? networkPolicy(ncc, infra, infra.databricks.networkPolicy.mode, once) : []),
  ];
}

function ruleSection(rule: Rule, ncc: Ncc, nccId: Value, once: Once): Section {
  const id = ident(rule.key);
  switch (rule.kind) {
    case 'service':
      return resource('databricks_mws_ncc_private_endpoint_rule', id, {
        network_connectivity_config_id: nccId,
        endpoint_service: expr(`aws_vpc_endpoint_service.${ident(rule.service)}.service_name`),
        domain_names: once(
          'Exact names. Adding one replaces the list in place; the endpoint stays.',
          rule.domains.map(hostValue),
        ),
        depends_on: once('The principal must be allowed before Databricks requests the connection.', [
          address(`aws_vpc_endpoint_service_allowed_principal.${ident(rule.service)}`),
        ]),
      });
    case 's3':
      return resource('databricks_mws_ncc_private_endpoint_rule', id, {
        network_connectivity_config_id: nccId,
        endpoint_service: rule.awsService,
        resource_names: once('Buckets of this region only: for others S3 answers with a redirect.', rule.buckets),
        enabled: once(
          'A rule is created disabled, and Databricks refuses to enable it before it is ESTABLISHED: the next apply after that does.',
          enabledOnceEstablished(ncc, rule.buckets),
        ),
      });
    default:
      return rule satisfies never;
  }
}

/** Lets the workspaces of an NCC out to the names that the NCC's rules have, and to nothing else on the internet. */
function networkPolicy(ncc: Ncc, infra: InfraPlan, mode: 'enforced' | 'dry-run', once: Once): readonly Section[] {
  const id = ident(ncc.key);
  const hosts = ncc.rules.flatMap((rule) => (rule.kind === 'service' ? rule.domains : []));
  const buckets = ncc.rules.flatMap((rule) => (rule.kind === 's3' ? rule.buckets : []));
  return [
    resource(
      'databricks_account_network_policy',
      id,
      {
        account_id: once(
          'If it is omitted, it is unknown on every change, and the provider replaces the policy.',
          infra.databricks.accountId,
        ),
        network_policy_id: ncc.name,
        egress: {
          network_access: {
            restriction_mode: 'RESTRICTED_ACCESS',
            allowed_internet_destinations: [...new Set(hosts)].sort().map(
              (host): Value => ({
                destination: hostValue(host),
                internet_destination_type: 'DNS_NAME',
              }),
            ),
            allowed_storage_destinations: [...new Set(buckets)].sort().map(
              (bucket): Value => ({
                bucket_name: bucket,
                region: infra.aws.region,
                storage_destination_type: 'AWS_S3',
              }),
            ),
            policy_enforcement: { enforcement_mode: mode === 'enforced' ? 'ENFORCED' : 'DRY_RUN' },
          },
        },
        ingress: once(
          'The same as without a policy. The API fills in these values, which would otherwise show as a change.',
          {
            private_access: { restriction_mode: 'ALLOW_ALL_REGISTERED_ENDPOINTS' },
            public_access: { restriction_mode: 'FULL_ACCESS' },
            cross_workspace_access: { restriction_mode: 'LEGACY_MODE' },
          },
        ),
      },
      'Lists the names of the rules above: for AWS it is not documented whether they are allowed automatically.',
    ),
    ...ncc.workspaces.flatMap((workspace) =>
      workspace.id === undefined
        ? []
        : [
            resource('databricks_workspace_network_option', ident(workspace.name), {
              workspace_id: workspace.id,
              network_policy_id: expr(`databricks_account_network_policy.${id}.network_policy_id`),
            }),
          ],
    ),
  ];
}
