import type { InfraPlan, Ncc, Rule } from '../../../ir/index.ts';
import type { Context } from '../context.ts';
import { address, block, call, expr, type Section, type Value, why } from '../language/value.ts';
import { data, ident, locals, resource } from '../names.ts';

/**
 * `acceptance.tf`: the endpoint map of the routers, and the acceptance of exactly the endpoints that the rules report. An accepter that is
 * destroyed rejects its connection, which lets AWS delete the endpoint service.
 */
export function acceptanceSections({ infra }: Context): readonly Section[] {
  const rules = serviceRules(infra);
  if (rules.length === 0) return [];
  const { router } = infra;
  return [
    locals(
      {
        endpoints: Object.fromEntries(
          rules.map(({ rule, ncc }): [string, Value] => [
            rule.key,
            {
              ncc: ncc.key,
              ncc_name: ncc.name,
              service_id: expr(`aws_vpc_endpoint_service.${ident(rule.service)}.id`),
              rule: expr(`databricks_mws_ncc_private_endpoint_rule.${ident(rule.key)}`),
            },
          ]),
        ),
      },
      'What is accepted. A rule reports its endpoint once Databricks has made it, and an empty id before.',
    ),
    ...(router ? [endpointMap(router.names.keys.policy)] : []),
    resource('aws_vpc_endpoint_connection_accepter', 'rule', {
      for_each: expr('local.endpoints'),
      vpc_endpoint_service_id: expr('each.value.service_id'),
      vpc_endpoint_id: expr('each.value.rule.vpc_endpoint_id'),
      lifecycle: block({
        precondition: [
          block({
            condition: why(
              'timestamp() is not known before apply: a rule without an endpoint stops its own accepter, not the plan.',
              expr('each.value.rule.vpc_endpoint_id != "" || timestamp() == ""'),
            ),
            error_message: expr(
              `each.value.rule.connection_state == "CREATE_FAILED" ? "${broken}" : "Databricks has not made the endpoint of rule \${each.key} (NCC \${each.value.ncc_name}) yet. Wait two minutes, then apply again; nothing is lost."`,
            ),
          }),
          block({
            condition: expr(
              '!contains(["REJECTED", "DISCONNECTED", "EXPIRED"], each.value.rule.connection_state) || timestamp() == ""',
            ),
            error_message: expr(`"${broken}"`),
          }),
        ],
      }),
      ...(router && {
        depends_on: why('The routers refuse an endpoint that is not in their map.', [address('aws_s3_object.policy')]),
      }),
    }),
  ];
}

type ServiceRule = Extract<Rule, { kind: 'service' }>;

const serviceRules = ({ nccs }: InfraPlan): readonly { readonly rule: ServiceRule; readonly ncc: Ncc }[] =>
  nccs.flatMap((ncc) => ncc.rules.flatMap((rule) => (rule.kind === 'service' ? [{ rule, ncc }] : [])));

/** States that a rule does not leave, with the cause as Databricks gives it. @see databricks/databricks-sdk-go `service/settings/model.go` (2026-11-20) */
const broken =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform fills it in
  'Rule ${each.key} (NCC ${each.value.ncc_name}) is ${each.value.rule.connection_state}. ${each.value.rule.error_message} Mend the cause, then apply with -replace=databricks_mws_ncc_private_endpoint_rule.${replace(each.key, "-", "_")}';

/** Which endpoint belongs to which NCC, as the routers follow it. */
const endpointMap = (key: string): Section =>
  resource('aws_s3_object', 'policy', {
    bucket: expr('aws_s3_bucket.config.id'),
    key,
    content: call('jsonencode', {
      version: 1,
      endpoints: expr(
        '{ for each in local.endpoints : each.rule.vpc_endpoint_id => each.ncc if each.rule.vpc_endpoint_id != "" }',
      ),
    }),
    content_type: 'application/json',
    kms_key_id: expr('aws_kms_key.hub.arn'),
    depends_on: [
      address('aws_s3_bucket_versioning.config'),
      address('aws_s3_bucket_server_side_encryption_configuration.config'),
    ],
  });

/** The NCC as Databricks shows it, for what a rule cannot say of itself: its own state. */
export const nccData = ({ key }: Ncc): Section =>
  data(
    'databricks_mws_network_connectivity_config',
    ident(key),
    { name: expr(`databricks_mws_network_connectivity_config.${ident(key)}.name`) },
    'A rule cannot read its own state. No accepter may depend on this: it is read again whenever the NCC changes.',
  );

/** True once the rule for these buckets is ESTABLISHED; null before, which leaves it as it is. */
export function enabledOnceEstablished(ncc: Ncc, buckets: readonly string[]): Value {
  const rules = `flatten(data.databricks_mws_network_connectivity_config.${ident(ncc.key)}.egress_config[*].target_rules[*].aws_private_endpoint_rules)`;
  const names = buckets.map((bucket) => JSON.stringify(bucket)).join(', ');
  const isOurs = `length(setintersection(rule.resource_names == null ? [] : rule.resource_names, [${names}])) > 0`;
  return expr(
    `anytrue([for rule in ${rules} : rule.connection_state == "ESTABLISHED" && rule.deactivated != true && ${isOurs}]) ? true : null`,
  );
}
