import { portsOf, routingOf } from '../normalise.ts';
import { type Checking, problem, type Raw } from '../raw-spec.ts';
import type { TargetType } from '../spec.ts';
import { targetTypeNames, targetTypes } from '../target-types.ts';
import { allOf, shown, someOf } from '../wording.ts';

/** Each target has the fields that its type needs, and no other; what it names is there. */
export function checkTargets(checking: Checking): void {
  let needsHub: string | undefined;
  for (const { name, value, sound, fields, lacks } of checking.raw.targets.values()) {
    if (!value) continue;
    checkFields(name, value, fields, checking);
    checkNetwork(name, value, checking);
    checkTwice(name, value, checking);
    checkNeeds(name, value, lacks, checking);
    if (sound) checkCombinations(name, value, checking);
    if (value.type !== 's3') needsHub ??= name;
  }
  const { present } = checking.raw;
  if (needsHub !== undefined && !present.has('hub'))
    checking.report(
      problem('LG_NO_HUB', ['targets', needsHub], `the target ${needsHub} needs a hub, but the spec has none`, {
        hint: 'add hub: { vpc: { create: { cidr: 10.40.0.0/22 } } }; only s3 targets do not need one',
      }),
    );
}

/** Every field that some type takes. */
const targetFields = [...new Set(targetTypeNames.flatMap((type) => targetTypes[type].fields))];

function checkFields(
  name: string,
  { type: ownType }: Raw<'targets'>,
  written: readonly string[],
  { report }: Checking,
): void {
  const { fields, title } = targetTypes[ownType];
  for (const field of targetFields) {
    if (!written.includes(field) || fields.includes(field)) continue;
    const types = targetTypeNames.filter((type) => targetTypes[type].fields.includes(field));
    report(
      problem(
        'LG_FIELD_NOT_HERE',
        ['targets', name, field],
        `the target ${name} is ${title}; the field ${field} does not apply`,
        {
          hint: `${field} is for ${takers(types)}`,
          at: 'key',
        },
      ),
    );
  }
}

/** The types in words, or those that are left out where that is shorter. */
function takers(types: readonly TargetType[]): string {
  const others = targetTypeNames.filter((type) => !types.includes(type));
  return types.length <= others.length ? allOf(types) : `all types except ${allOf(others)}`;
}

function checkNetwork(name: string, { network }: Raw<'targets'>, { raw, nearest, report }: Checking): void {
  if (network === undefined) return;
  const path = ['targets', name, 'network'];
  const found = raw.networks.get(network);
  if (!found && !raw.unsound.has('networks')) {
    const meant = nearest.nearest(network, raw.networks.keys());
    const hint =
      meant !== undefined
        ? `did you mean ${meant}?`
        : raw.networks.size === 0
          ? 'the spec has no networks'
          : `networks: ${someOf(raw.networks.keys())}`;
    report(problem('LG_REFERENCE_UNKNOWN', path, `there is no network ${shown(network)}`, { hint }));
  }
  if (found?.value?.reach === 'internet' && raw.hub?.vpc.create?.internet === 'none')
    report(
      problem(
        'LG_NO_INTERNET',
        path,
        `the target ${name} is on the internet, but the hub has no route to it (internet: none)`,
        {
          hint: 'set hub.vpc.create.internet to auto, or remove the target',
        },
      ),
    );
}

function checkNeeds(
  name: string,
  target: Raw<'targets'>,
  lacks: (field: string) => boolean,
  { report }: Checking,
): void {
  const path = ['targets', name];
  const needs = (field: string, hint: string) =>
    report(problem('LG_FIELD_MISSING', [...path, field], `the target ${name} needs ${field}`, { hint }));
  if (target.type === 's3') {
    if (lacks('bucket') && lacks('buckets'))
      needs('bucket', 'write the name of the bucket under bucket, or a list under buckets');
    return;
  }
  if (lacks('network')) needs('network', 'write the name of the network that the target is in');
  if (lacks('host') && lacks('hosts') && target.type !== 'kafka')
    needs('host', 'write the name that clients use under host, or a list under hosts');
  if (lacks('port') && portsOf(target).length === 0)
    needs('port', `write the port that clients use; ${targetTypes[target.type].title} has no default port`);
}

const conflicts = (name: string, report: Checking['report']) => (field: string, message: string, hint: string) =>
  report(problem('LG_FIELD_CONFLICT', ['targets', name, field], message, { hint, at: 'key' }));

function checkTwice(name: string, target: Raw<'targets'>, { report }: Checking): void {
  const conflict = conflicts(name, report);
  if (target.host !== undefined && target.hosts)
    conflict('hosts', `the target ${name} has both host and hosts`, 'list all names under hosts');
  if (target.bucket !== undefined && target.buckets)
    conflict('buckets', `the target ${name} has both bucket and buckets`, 'list all names under buckets');
}

function checkCombinations(name: string, target: Raw<'targets'>, { report }: Checking): void {
  const conflict = conflicts(name, report);
  const { fields } = targetTypes[target.type];
  const { routing, speaks } = routingOf(target);
  for (const field of ['family', 'default'] as const)
    if (target[field] !== undefined && fields.includes(field) && routing !== 'name')
      conflict(
        field,
        `the target ${name} does not share its port, so ${field} does not apply`,
        `add routing: name, or remove ${field}`,
      );
  if (target.health === 'postgres' && (target.type !== 'postgres' || routing !== 'name'))
    conflict('health', `the health check postgres does not apply to the target ${name}`, 'use tcp or none');
  if (target.health === 'tls' && speaks !== 'tls')
    conflict(
      'health',
      `clients of the target ${name} do not start with TLS, so health: tls would always fail`,
      'use tcp or none',
    );
}
