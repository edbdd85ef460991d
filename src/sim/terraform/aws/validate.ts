import type { Problem } from '../provider.ts';
import { type Attributes, elements, isObject, Unknown, type Value } from '../values.ts';

/**
 * What the AWS provider checks by itself, before any call: most of all names, since those are the planner's work.
 * Values that are not known yet are passed over.
 */
export function validateAws(type: string, config: Attributes): readonly Problem[] {
  return checks[type]?.(config).map((problem) => ({ ...problem })) ?? [];
}

type Check = (config: Attributes) => readonly Problem[];

const known = (value: Value | undefined): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

const pattern =
  (attribute: string, allowed: RegExp, detail: string): Check =>
  (config) => {
    const value = config[attribute];
    if (!known(value) || allowed.test(String(value))) return [];
    return [{ summary: `invalid value for ${attribute} (${detail})`, attribute }];
  };

const longest =
  (attribute: string, length: number): Check =>
  (config) => {
    const value = config[attribute];
    if (typeof value !== 'string' || value.length <= length) return [];
    return [{ summary: `"${attribute}" cannot be longer than ${length} characters: "${value}"`, attribute }];
  };

const oneOf =
  (attribute: string, values: readonly string[]): Check =>
  (config) => {
    const value = config[attribute];
    if (!known(value) || values.includes(String(value))) return [];
    return [{ summary: `expected ${attribute} to be one of ${JSON.stringify(values)}, got ${value}`, attribute }];
  };

const between =
  (attribute: string, least: number, most: number): Check =>
  (config) => {
    const value = config[attribute];
    if (!known(value) || (Number(value) >= least && Number(value) <= most)) return [];
    return [{ summary: `expected ${attribute} to be in the range (${least} - ${most}), got ${value}`, attribute }];
  };

const exclusive =
  (...names: readonly string[]): Check =>
  (config) => {
    const set = names.filter((name) => config[name] !== null && config[name] !== undefined);
    if (set.length < 2) return [];
    return [
      {
        summary: 'Conflicting configuration arguments',
        detail: `"${set[0]}": conflicts with ${set[1]}`,
        attribute: set[0] ?? '',
      },
    ];
  };

const all =
  (...each: readonly Check[]): Check =>
  (config) =>
    each.flatMap((check) => check(config));

const policyText =
  (attribute: string): Check =>
  (config) => {
    const value = config[attribute];
    if (typeof value !== 'string' || value === '') return [];
    try {
      JSON.parse(value);
      return [];
    } catch {
      return [{ summary: `"${attribute}" contains an invalid JSON policy: not a JSON object`, attribute }];
    }
  };

/** The same names for load balancers and target groups, as the provider has them. */
const balancerName: Check = (config) => {
  const name = config.name;
  if (typeof name !== 'string') return [];
  const problem = (text: string): Problem[] => [{ summary: text, attribute: 'name' }];
  if (!/^[0-9A-Za-z-]+$/.test(name))
    return problem(`only alphanumeric characters and hyphens allowed in "name": "${name}"`);
  if (name.length > 32) return problem(`"name" cannot be longer than 32 characters: "${name}"`);
  if (name.startsWith('-')) return problem(`"name" cannot begin with a hyphen: "${name}"`);
  if (name.endsWith('-')) return problem(`"name" cannot end with a hyphen: "${name}"`);
  if (name.startsWith('internal-')) return problem(`"name" cannot begin with "internal-": "${name}"`);
  return [];
};

const arn = (attribute: string): Check =>
  pattern(attribute, /^(arn:[a-z-]+:[a-z0-9-]*:[a-z0-9-]*:(\d{12}|aws)?:.+)?$/, 'an ARN is needed');

const nested =
  (block: string, check: Check): Check =>
  (config) => {
    const given = config[block];
    if (given instanceof Unknown) return [];
    return elements(given).flatMap((each) => (isObject(each) ? check(each) : []));
  };

const checks: Readonly<Record<string, Check>> = {
  aws_lb: all(
    balancerName,
    exclusive('name', 'name_prefix'),
    oneOf('load_balancer_type', ['application', 'network', 'gateway']),
    oneOf('enforce_security_group_inbound_rules_on_private_link_traffic', ['on', 'off']),
    oneOf('dns_record_client_routing_policy', [
      'any_availability_zone',
      'availability_zone_affinity',
      'partial_availability_zone_affinity',
    ]),
  ),
  aws_lb_target_group: all(
    balancerName,
    exclusive('name', 'name_prefix'),
    between('port', 1, 65_535),
    oneOf('target_type', ['instance', 'ip', 'lambda', 'alb']),
    oneOf('protocol', ['GENEVE', 'HTTP', 'HTTPS', 'QUIC', 'TCP', 'TCP_QUIC', 'TCP_UDP', 'TLS', 'UDP']),
    oneOf('preserve_client_ip', ['true', 'false']),
    between('deregistration_delay', 0, 3600),
    nested(
      'health_check',
      all(
        between('interval', 5, 300),
        between('timeout', 2, 120),
        between('healthy_threshold', 2, 10),
        between('unhealthy_threshold', 2, 10),
        oneOf('protocol', ['HTTP', 'HTTPS', 'TCP']),
      ),
    ),
  ),
  aws_lb_listener: all(
    between('port', 1, 65_535),
    between('tcp_idle_timeout_seconds', 60, 6000),
    oneOf('protocol', ['GENEVE', 'HTTP', 'HTTPS', 'QUIC', 'TCP', 'TCP_QUIC', 'TCP_UDP', 'TLS', 'UDP']),
  ),
  aws_lb_target_group_attachment: all(arn('target_group_arn'), between('port', 1, 65_535)),
  aws_security_group: all(
    longest('name', 255),
    pattern('name', /^(?!sg-)/, 'cannot begin with sg-'),
    exclusive('name', 'name_prefix'),
    longest('description', 255),
  ),
  aws_iam_role: all(
    longest('name', 64),
    pattern('name', /^[\w+=,.@-]*$/, 'must match [\\w+=,.@-]'),
    policyText('assume_role_policy'),
    between('max_session_duration', 3600, 43_200),
    exclusive('name', 'name_prefix'),
  ),
  aws_iam_role_policy: all(longest('name', 128), policyText('policy')),
  aws_iam_instance_profile: all(longest('name', 128), pattern('name', /^[\w+=,.@-]*$/, 'must match [\\w+=,.@-]')),
  aws_launch_template: all(
    pattern('name', /^[0-9A-Za-z()./_-]*$/, 'must be alphanumeric or ()./_-'),
    longest('name', 128),
    exclusive('name', 'name_prefix'),
  ),
  aws_autoscaling_group: all(
    longest('name', 255),
    exclusive('name', 'name_prefix'),
    exclusive('availability_zones', 'vpc_zone_identifier'),
  ),
  aws_cloudwatch_log_group: all(
    pattern('name', /^[.\-_/#A-Za-z0-9]*$/, 'isn’t a valid log group name'),
    longest('name', 512),
  ),
  aws_cloudwatch_metric_alarm: all(
    longest('alarm_name', 255),
    oneOf('treat_missing_data', ['breaching', 'notBreaching', 'ignore', 'missing']),
  ),
  aws_s3_bucket: all(longest('bucket', 63), exclusive('bucket', 'bucket_prefix')),
  aws_s3_bucket_policy: policyText('policy'),
  aws_s3_object: exclusive('content', 'content_base64', 'source'),
  aws_kms_key: all(policyText('policy'), between('deletion_window_in_days', 7, 30)),
  aws_kms_alias: pattern('name', /^alias\/[0-9A-Za-z_/-]+$/, "must begin with 'alias/'"),
  aws_msk_cluster: all(pattern('cluster_name', /^[0-9A-Za-z-]{1,64}$/, 'must be 1 to 64 letters, digits and hyphens')),
  aws_vpc_endpoint: oneOf('vpc_endpoint_type', [
    'Gateway',
    'GatewayLoadBalancer',
    'Interface',
    'Resource',
    'ServiceNetwork',
  ]),
  aws_route53_resolver_rule: oneOf('rule_type', ['FORWARD', 'SYSTEM', 'RECURSIVE', 'DELEGATE']),
  aws_route53_resolver_endpoint: oneOf('direction', ['INBOUND', 'OUTBOUND', 'INBOUND_DELEGATION']),
  aws_ecs_task_definition: (config) => {
    const text = config.container_definitions;
    if (typeof text !== 'string') return [];
    try {
      return Array.isArray(JSON.parse(text))
        ? []
        : [
            {
              summary: 'ECS Task Definition container_definitions is invalid: not a list',
              attribute: 'container_definitions',
            },
          ];
    } catch (error) {
      return [
        {
          summary: `ECS Task Definition container_definitions is invalid: ${String(error)}`,
          attribute: 'container_definitions',
        },
      ];
    }
  },
};
