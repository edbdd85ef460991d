import { parseHostname } from '../../ir/index.ts';
import { hostsOf, portsOf, routingOf } from '../normalise.ts';
import { type Checking, problem, type Raw } from '../raw-spec.ts';
import { shown } from '../wording.ts';

/** What only one target can have: a host and port, a bucket, the default of a port, a former name. */
export function checkClaims(checking: Checking): void {
  const hosts = new Map<string, Claimed[]>();
  const buckets = new Map<string, string>();
  const defaults = new Map<string, string>();
  const renames = new Map<string, string>();
  for (const { name, value, sound } of checking.raw.targets.values()) {
    if (!value) continue;
    claimRename(name, value, renames, checking);
    claimBuckets(name, value, buckets, checking);
    listTwice(name, value, checking);
    // Of a target with wrong parts the port may be the wrong part; the default would be blamed for it.
    if (sound) claimHosts({ name, value }, hosts, defaults, checking);
  }
}

/** Where the names of a target are written. */
function writtenHosts(
  name: string,
  { host, hosts, msk }: Raw<'targets'>,
): readonly (readonly [string, (string | number)[]])[] {
  const list = (texts: readonly string[], path: readonly string[]) =>
    texts.map((text, index) => [text, ['targets', name, ...path, index]] as const);
  return [
    ...(host === undefined ? [] : [[host, ['targets', name, 'host']] as const]),
    ...list(hosts ?? [], ['hosts']),
    ...list(msk?.brokers ?? [], ['msk', 'brokers']),
  ].map(([text, path]) => [text, [...path]] as const);
}

function claimHosts(
  { name, value }: { readonly name: string; readonly value: Raw<'targets'> },
  claimed: Map<string, Claimed[]>,
  defaults: Map<string, string>,
  { report }: Checking,
): void {
  const ports = portsOf(value);
  const own: Claimed = { name, path: value.path ?? '/', inspected: isMeantInspected(value) };
  const paths = new Map(writtenHosts(name, value).map(([text, path]) => [parseHostname(text), path] as const));
  for (const host of hostsOf(name, value))
    for (const port of ports) {
      const place = `${host}:${port}`;
      const others = claimed.get(place) ?? [];
      claimed.set(place, [...others, own]);
      const conflict = conflictOf(place, own, others);
      if (conflict) report(problem('LG_HOST_PORT_TWICE', paths.get(host) ?? ['targets', name], ...conflict));
    }
  if (!value.default || routingOf(value).routing !== 'name') return;
  for (const port of ports) {
    const other = defaults.get(`${value.type}:${port}`);
    if (other === undefined) defaults.set(`${value.type}:${port}`, name);
    else
      report(
        problem(
          'LG_DEFAULT_TWICE',
          ['targets', name, 'default'],
          `the target ${other} is already the default of port ${port}`,
          {
            hint: 'clients that send no name can go to only one target: remove default from one of them',
          },
        ),
      );
  }
}

/**
 * Whether a target is inspected, or has what only an inspected one can have. Of the latter that is told; that it does not share its
 * host and port would only follow from it.
 */
const isMeantInspected = ({ type, tls, path, paths, upstream }: Raw<'targets'>): boolean =>
  tls === 'inspect' || (type === 'https' && [path, paths, upstream].some((each) => each !== undefined));

/** A target that takes a host and port, or what is below a path there. */
interface Claimed {
  readonly name: string;
  readonly path: string;
  readonly inspected: boolean;
}

/** Several targets share a host and port if all are inspected and each has another path. */
function conflictOf(
  place: string,
  own: Claimed,
  others: readonly Claimed[],
): [message: string, more: { hint: string }] | undefined {
  const [first] = others;
  if (!first) return undefined;
  const passed = [first, own].find(({ inspected }) => !inspected);
  if (passed && (own.inspected || first.inspected))
    return [
      `${place} is inspected for the target ${own.inspected ? own.name : first.name} and passed through for the target ${passed.name}`,
      {
        hint: `all targets of one host and port are inspected: add tls: inspect to ${passed.name}, and a path of its own`,
      },
    ];
  if (passed)
    return [
      `${place} belongs to the target ${first.name} already`,
      { hint: 'grant that target to every workspace that needs it, or use another port here' },
    ];
  const same = others.find(({ path }) => path === own.path);
  return (
    same && [
      `${place}${own.path === '/' ? '' : own.path} belongs to the target ${same.name} already`,
      { hint: 'grant that target to every workspace that needs it, or give this one another path' },
    ]
  );
}

function claimBuckets(name: string, value: Raw<'targets'>, claimed: Map<string, string>, { report }: Checking): void {
  if (value.type !== 's3') return;
  const written = [
    ...(value.bucket === undefined ? [] : [[value.bucket, ['bucket']] as const]),
    ...(value.buckets ?? []).map((bucket, index) => [bucket, ['buckets', index]] as const),
  ];
  for (const [bucket, path] of written) {
    const other = claimed.get(bucket);
    if (other === undefined) claimed.set(bucket, name);
    else if (other !== name)
      report(
        problem(
          'LG_BUCKET_TWICE',
          ['targets', name, ...path],
          `the bucket ${bucket} belongs to the target ${other} already`,
          {
            hint: 'grant that target to every workspace that needs the bucket',
          },
        ),
      );
  }
}

function claimRename(
  name: string,
  { renamed_from }: Raw<'targets'>,
  claimed: Map<string, string>,
  { raw, report }: Checking,
): void {
  if (renamed_from === undefined) return;
  const path = ['targets', name, 'renamed_from'];
  const other = claimed.get(renamed_from);
  if (raw.targets.has(renamed_from))
    report(
      problem('LG_RENAME', path, `the target ${name} is renamed from ${shown(renamed_from)}, which is still a target`, {
        hint: 'remove renamed_from, or the target with the old name',
      }),
    );
  else if (other !== undefined)
    report(
      problem('LG_RENAME', path, `${shown(renamed_from)} is also the former name of the target ${other}`, {
        hint: 'remove renamed_from from one of them',
      }),
    );
  else claimed.set(renamed_from, name);
}

/** Lists of one target that say the same thing twice: harmless, and probably meant otherwise. */
function listTwice(name: string, value: Raw<'targets'>, { report }: Checking): void {
  const seen = new Set<string>();
  const entries: (readonly [text: string, key: string, path: readonly (string | number)[]])[] = [
    ...writtenHosts(name, value).map(([text, path]) => [text, `host ${parseHostname(text) ?? text}`, path] as const),
    ...(value.buckets ?? []).map((each, i) => [each, `bucket ${each}`, ['targets', name, 'buckets', i]] as const),
    ...(Array.isArray(value.address) ? value.address : []).map(
      (each, i) => [each, `address ${each}`, ['targets', name, 'address', i]] as const,
    ),
  ];
  for (const [text, key, path] of entries) {
    if (seen.has(key))
      report(
        problem('LG_LISTED_TWICE', path, `${shown(text)} is listed twice`, {
          severity: 'warning',
          hint: 'remove one of them',
        }),
      );
    seen.add(key);
  }
}
