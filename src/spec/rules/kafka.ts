import { kafkaAuthOf } from '../normalise.ts';
import { type Checking, problem, type Raw } from '../raw-spec.ts';
import { kafkaPorts } from '../target-types.ts';
import { shown } from '../wording.ts';
import { checkArnPartition } from './clouds.ts';

/** Zones that a cluster of Amazon MSK spreads over at most. */
const clusterZones = 3;

/** Where the brokers of each Kafka target come from, and by which ports. */
export function checkKafka(checking: Checking): void {
  for (const { name, value, lacks, sound } of checking.raw.targets.values())
    if (value?.type === 'kafka') {
      checkBrokers(name, value, sound, checking);
      checkPorts(name, value, lacks, checking);
      if (value.msk?.create) checkCreate(name, value, value.msk.create, checking);
      if (value.msk?.cluster !== undefined) checkCluster(name, value.msk.cluster, checking);
    }
}

function checkBrokers(name: string, { msk, host, hosts }: Raw<'targets'>, sound: boolean, { report }: Checking): void {
  const path = ['targets', name];
  const conflict = (field: string, message: string, hint: string) =>
    report(problem('LG_FIELD_CONFLICT', [...path, ...field.split('.')], message, { hint, at: 'key' }));
  if (msk && (host !== undefined || hosts))
    conflict(
      'msk',
      `the target ${name} has both msk and host names`,
      'list the names under msk.brokers, or remove msk',
    );
  if (msk?.create && (msk.cluster !== undefined || msk.brokers))
    conflict(
      'msk.create',
      `msk of the target ${name} has both create and an existing cluster`,
      'keep create, or keep cluster and brokers',
    );
  if (!sound || msk?.create || msk?.brokers || host !== undefined || hosts) return;
  if (msk?.cluster !== undefined)
    report(
      problem(
        'LG_KAFKA_BROKERS_MISSING',
        [...path, 'msk', 'brokers'],
        `the brokers of the target ${name} are not listed`,
        {
          hint: `run lakegate msk brokers ${msk.cluster} and add the names under msk.brokers`,
        },
      ),
    );
  else
    report(
      problem('LG_FIELD_MISSING', [...path, 'msk'], `the target ${name} has no brokers`, {
        hint: 'write hosts with the names of the brokers, msk: { cluster: arn:…, brokers: […] }, or msk: { create: … }',
      }),
    );
}

function checkPorts(
  name: string,
  target: Raw<'targets'>,
  lacks: (field: string) => boolean,
  { report }: Checking,
): void {
  const { msk, auth, port } = target;
  const path = ['targets', name];
  if (auth && (msk?.auth || msk?.create))
    report(
      problem(
        'LG_FIELD_CONFLICT',
        [...path, 'auth'],
        `the target ${name} has auth twice: in the target and under msk`,
        {
          hint: 'keep the one under msk',
          at: 'key',
        },
      ),
    );
  if (msk?.auth && msk.create)
    report(
      problem(
        'LG_FIELD_CONFLICT',
        [...path, 'msk', 'auth'],
        `the target ${name} has auth twice: under msk and under msk.create`,
        {
          hint: 'keep the one under msk.create',
          at: 'key',
        },
      ),
    );
  const auths = kafkaAuthOf(target);
  if (port !== undefined && auths.length > 1)
    report(
      problem(
        'LG_FIELD_CONFLICT',
        [...path, 'port'],
        `the target ${name} has one port for ${auths.length} authentication methods`,
        {
          hint: `remove port: each method has its own port (${auths.map((each) => `${each} ${kafkaPorts[each]}`).join(', ')})`,
        },
      ),
    );
  if (lacks('msk') && lacks('auth') && lacks('port'))
    report(
      problem('LG_FIELD_MISSING', [...path, 'auth'], `the target ${name} has neither auth nor port`, {
        hint: 'write auth: [tls] (port 9094), [scram] (9096) or [iam] (9098), or the TLS port of the brokers as port',
      }),
    );
}

function checkCreate(
  name: string,
  { network }: Raw<'targets'>,
  create: NonNullable<NonNullable<Raw<'targets'>['msk']>['create']>,
  { raw, report }: Checking,
): void {
  const where = network === undefined ? undefined : raw.networks.get(network)?.value;
  if (where && where.reach !== 'hub')
    report(
      problem(
        'LG_FIELD_CONFLICT',
        ['targets', name, 'network'],
        `the network ${network} is not the hub; lakegate creates clusters only in the hub`,
        {
          hint: 'use a network with reach: hub, or create the cluster yourself and list its brokers',
        },
      ),
    );
  const subnets = raw.hub?.vpc.create?.zones ?? raw.hub?.vpc.subnets?.length;
  if (subnets === undefined) return;
  const zones = Math.min(subnets, clusterZones);
  if (zones < 2)
    report(
      problem(
        'LG_KAFKA_BROKER_COUNT',
        ['targets', name, 'msk', 'create'],
        `a cluster needs two or three zones; the hub has ${subnets}`,
        {
          hint: 'add zones to the hub VPC',
        },
      ),
    );
  else if (create.brokers % zones !== 0)
    report(
      problem(
        'LG_KAFKA_BROKER_COUNT',
        ['targets', name, 'msk', 'create', 'brokers'],
        `${create.brokers} brokers cannot be spread evenly over ${zones} zones`,
        { hint: `use a multiple of ${zones}, such as ${Math.ceil(create.brokers / zones) * zones}` },
      ),
    );
}

function checkCluster(name: string, arn: string, { raw: { aws }, report }: Checking): void {
  checkArnPartition(arn, ['targets', name, 'msk', 'cluster'], aws?.region, report);
  const [, , , region = ''] = arn.split(':');
  if (!aws || region === aws.region) return;
  report(
    problem(
      'LG_ARN_ELSEWHERE',
      ['targets', name, 'msk', 'cluster'],
      `the cluster is in ${shown(region).slice(1, -1)}; the hub is in ${aws.region}`,
      {
        hint: 'an endpoint service works only in its region; use another spec for targets in another region',
      },
    ),
  );
}
