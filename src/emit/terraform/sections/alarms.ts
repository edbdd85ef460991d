import type { FleetNames, InfraPlan } from '../../../ir/index.ts';
import type { Context } from '../context.ts';
import { type Body, block, expr, oncePerFile, type Section } from '../language/value.ts';
import { ident, resource } from '../names.ts';

/** Days that the log of the routers is kept: one line for each connection, without payload. */
const logDays = 90;
/** Refused by an upstream in five minutes before somebody should look. */
const upstreamErrors = 20;
/** Days before the end of the intermediate CA, which lasts 14 and is renewed at 7, and what to do then. */
const issuerAlarmDays = [
  [7, 'the signer has not renewed it. Look at its last runs, and run lakegate ca sign.'],
  [3, 'inspected targets will be refused. Run lakegate ca sign now.'],
] as const;

/** `alarms.tf`: the router's log, what is counted in it, and the alarms, which go to one topic. */
export function alarmSections({ infra }: Context): readonly Section[] {
  const { router } = infra;
  if (!router) return [];
  return [
    resource('aws_cloudwatch_log_group', 'router', {
      name: router.names.logGroup,
      retention_in_days: logDays,
      kms_key_id: expr('aws_kms_key.hub.arn'),
    }),
    resource(
      'aws_sns_topic',
      'alarms',
      { name: router.names.alarms, kms_master_key_id: expr('aws_kms_key.hub.id') },
      'Subscribe your on-call contacts: lakegate does not know them.',
    ),
    ...noRouterAlarms(infra),
    ...logMetricAlarm(infra.name, router.names, 'upstream_errors', '{ $.code = "LG_UPSTREAM_*" }', {
      alarm_description:
        'Targets refuse connections, do not answer or do not resolve: see `code` and `target` in the log.',
      threshold: upstreamErrors,
    }),
    ...logMetricAlarm(
      infra.name,
      router.names,
      'upstreams_down',
      '{ $.note = "upstream *" && $.note = "* is down: *" }',
      {
        alarm_description: 'Health checks of an upstream failed: see `note` in the log.',
        threshold: 1,
      },
    ),
    ...logMetricAlarm(infra.name, router.names, 'unknown_endpoints', '{ $.code = "LG_UNKNOWN_ENDPOINT" }', {
      alarm_description:
        'Connections from an endpoint that is not in the endpoint map of the routers: compare it with the output nccs.',
      threshold: 1,
    }),
    ...(infra.inspection ? issuerAlarms(infra.name, router.names) : []),
  ];
}

const topicActions = {
  alarm_actions: [expr('aws_sns_topic.alarms.arn')],
  ok_actions: [expr('aws_sns_topic.alarms.arn')],
};

/** One for each listener: a listener added adds its alarm and changes none. */
function noRouterAlarms(infra: InfraPlan): readonly Section[] {
  const once = oncePerFile();
  return infra.endpointServices.flatMap((service) =>
    service.listeners
      .filter((listener) => listener.forward.to === 'router')
      .map((listener) =>
        resource('aws_cloudwatch_metric_alarm', `${ident(listener.key)}_no_router`, {
          alarm_name: `${infra.name}-${listener.key.replace('/', '-')}-no-router`,
          alarm_description: `No healthy router for port ${listener.port} of ${service.key}. The load balancer then sends connections to all routers.`,
          namespace: 'AWS/NetworkELB',
          metric_name: 'HealthyHostCount',
          statistic: once(
            'Each zone counts the healthy hosts that it sees: the maximum is 0 only if no zone sees one.',
            'Maximum',
          ),
          dimensions: {
            LoadBalancer: expr(`aws_lb.${ident(service.key)}.arn_suffix`),
            TargetGroup: expr(`aws_lb_target_group.${ident(listener.key)}.arn_suffix`),
          },
          period: 60,
          evaluation_periods: 2,
          comparison_operator: 'LessThanThreshold',
          threshold: 1,
          treat_missing_data: 'breaching',
          ...topicActions,
        }),
      ),
  );
}

function logMetricAlarm(
  name: string,
  { metrics }: FleetNames,
  metric: string,
  pattern: string,
  alarm: { readonly alarm_description: string; readonly threshold: number },
): readonly Section[] {
  const transformation: Body = { namespace: metrics, name: metric, value: '1', default_value: '0' };
  return [
    resource('aws_cloudwatch_log_metric_filter', metric, {
      name: `${name}-${metric}`,
      log_group_name: expr('aws_cloudwatch_log_group.router.name'),
      pattern,
      metric_transformation: block(transformation),
    }),
    resource('aws_cloudwatch_metric_alarm', metric, {
      alarm_name: `${name}-${metric.replaceAll('_', '-')}`,
      alarm_description: alarm.alarm_description,
      namespace: metrics,
      metric_name: metric,
      statistic: 'Sum',
      period: 300,
      evaluation_periods: 1,
      comparison_operator: 'GreaterThanOrEqualToThreshold',
      threshold: alarm.threshold,
      treat_missing_data: 'notBreaching',
      ...topicActions,
    }),
  ];
}

/** The routers log the begun days that are left once a day, and with each new issuer; the lowest counts. */
const issuerAlarms = (name: string, { metrics }: FleetNames): readonly Section[] => [
  resource('aws_cloudwatch_log_metric_filter', 'issuer_days_left', {
    name: `${name}-issuer-days-left`,
    log_group_name: expr('aws_cloudwatch_log_group.router.name'),
    pattern: '{ $.issuerDaysLeft = * }',
    metric_transformation: block({ namespace: metrics, name: 'issuer_days_left', value: '$.issuerDaysLeft' }),
  }),
  ...issuerAlarmDays.map(([days, what]) =>
    resource('aws_cloudwatch_metric_alarm', `issuer_days_left_${days}`, {
      alarm_name: `${name}-issuer-days-left-${days}`,
      alarm_description: `The intermediate CA of the routers ends in less than ${days} days: ${what}`,
      namespace: metrics,
      metric_name: 'issuer_days_left',
      statistic: 'Minimum',
      period: 86_400,
      evaluation_periods: 1,
      comparison_operator: 'LessThanThreshold',
      threshold: days,
      treat_missing_data: 'missing',
      ...topicActions,
    }),
  ),
];
