import { AwsError } from '../errors.ts';
import { type Model, referred } from '../model.ts';
import { arnOf, number, text, texts } from '../world.ts';

/** Days that CloudWatch Logs keeps events; 0 is for ever. @see API logs `PutRetentionPolicy` */
const retention: readonly number[] = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const checkRetention = (days: number | undefined): void => {
  if (days !== undefined && !retention.includes(days))
    throw new AwsError(
      'InvalidParameterException',
      `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set`,
    );
};

const logGroup: Model = {
  type: 'aws_cloudwatch_log_group',
  service: 'CloudWatch Logs',
  operations: { create: 'CreateLogGroup', update: 'PutRetentionPolicy', remove: 'DeleteLogGroup' },
  create({ world, caller, input }) {
    const name = text(input, 'name');
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name))
      throw new AwsError(
        'InvalidParameterException',
        `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
      );
    if (world.local('aws_cloudwatch_log_group', caller).some((each) => each.id === name))
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
    checkRetention(number(input, 'retention_in_days'));
    return {
      id: name,
      computed: {
        arn: arnOf(caller, 'logs', `log-group:${name}`),
        name_prefix: '',
        log_group_class: 'STANDARD',
        deletion_protection_enabled: false,
      },
    };
  },
  update({ input }) {
    checkRetention(number(input, 'retention_in_days'));
    return {};
  },
  remove({ world, thing }) {
    for (const each of world.all(
      'aws_cloudwatch_log_metric_filter',
      ({ attributes }) => attributes.log_group_name === thing.id,
    ))
      world.remove(each);
  },
};

const metricFilter: Model = {
  type: 'aws_cloudwatch_log_metric_filter',
  service: 'CloudWatch Logs',
  operations: { create: 'PutMetricFilter', update: 'PutMetricFilter', remove: 'DeleteMetricFilter' },
  create({ world, input }) {
    referred(
      world,
      'aws_cloudwatch_log_group',
      text(input, 'log_group_name'),
      'ResourceNotFoundException',
      'The specified log group does not exist.',
    );
    return { id: text(input, 'name'), computed: {} };
  },
  importId: (thing) => `${text(thing.attributes, 'log_group_name')}:${text(thing.attributes, 'name')}`,
};

const alarm: Model = {
  type: 'aws_cloudwatch_metric_alarm',
  service: 'CloudWatch',
  operations: { create: 'PutMetricAlarm', update: 'PutMetricAlarm', remove: 'DeleteAlarms' },
  create({ world, caller, input }) {
    const name = text(input, 'alarm_name');
    if (!name || name.length > 255)
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value '${name}' at 'alarmName' failed to satisfy constraint`,
      );
    for (const arn of [...texts(input, 'alarm_actions'), ...texts(input, 'ok_actions')])
      if (arn.includes(':sns:'))
        referred(world, 'aws_sns_topic', arn, 'ValidationError', `Invalid region or ARN in alarm action ${arn}`);
    return {
      id: name,
      computed: { arn: arnOf(caller, 'cloudwatch', `alarm:${name}`), evaluate_low_sample_count_percentiles: '' },
    };
  },
};

const topic: Model = {
  type: 'aws_sns_topic',
  service: 'SNS',
  operations: { create: 'CreateTopic', update: 'SetTopicAttributes', remove: 'DeleteTopic' },
  create({ world, caller, input }) {
    const name = text(input, 'name');
    if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw new AwsError('InvalidParameter', 'Invalid parameter: Topic Name');
    const arn = arnOf(caller, 'sns', name);
    if (world.get('aws_sns_topic', arn))
      throw new AwsError(
        'InvalidParameter',
        `Invalid parameter: Attributes Reason: Topic already exists with different attributes: ${name}`,
      );
    return {
      id: arn,
      computed: {
        arn,
        owner: caller.account,
        name_prefix: '',
        beginning_archive_time: '',
        policy: '',
        signature_version: 0,
        tracing_config: '',
        fifo_throughput_scope: '',
      },
    };
  },
};

export const observationModels = [logGroup, metricFilter, alarm, topic];
