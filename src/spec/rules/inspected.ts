import { type Hostname, parseHostname, readPattern } from '../../ir/index.ts';
import { hostsOf, portsOf } from '../normalise.ts';
import { type Checking, type Named, problem, type Raw } from '../raw-spec.ts';
import { shown, someOf } from '../wording.ts';
import { checkReference } from './access.ts';

/** Targets of one host and port: a router compares a path with the prefix of each. */
const prefixesMax = 100;

/** What only an inspected target can have, what its paths are, and for which names the CA may sign. */
export function checkInspected(checking: Checking): void {
  const { raw, report } = checking;
  let inspects = false;
  const shares = new Map<string, number>();
  for (const named of raw.targets.values()) {
    const { name, value, sound } = named;
    if (!value) continue;
    inspects ||= value.tls === 'inspect';
    checkNeedsInspection(named, checking);
    if (!sound || value.tls !== 'inspect') continue;
    checkPatterns(name, value, checking);
    checkSeveralHosts(name, value, checking);
    checkSigned(name, value, checking);
    for (const place of placesOf(name, value)) {
      const before = shares.get(place) ?? 0;
      shares.set(place, before + 1);
      if (before === prefixesMax)
        report(
          problem('LG_PREFIXES', ['targets', name], `${place} has more than ${prefixesMax} targets`, {
            hint: 'let one target take several of the paths, or use several hosts',
          }),
        );
    }
  }
  checkBodies(checking);
  checkSigner(checking);
  if (raw.present.has('inspection') && !inspects)
    report(
      problem(
        'LG_INSPECTION_UNUSED',
        ['inspection'],
        'no target has tls: inspect, so the section inspection has no effect',
        {
          severity: 'warning',
          hint: 'remove inspection, or add tls: inspect to an https target',
          at: 'key',
        },
      ),
    );
}

function checkSigner({ raw, report }: Checking): void {
  const signer = raw.inspection?.ca.signer;
  if (signer && (signer.github === undefined) === (signer.role === undefined))
    report(
      problem('LG_FIELD_CONFLICT', ['inspection', 'ca', 'signer'], 'the signer is one of github and role', {
        hint: 'write signer: { github: owner/repository }, or signer: { role: "arn:aws:iam::…:role/…" }',
        at: 'key',
      }),
    );
}

/** Whose bodies are to be recorded, and until when. */
function checkBodies(checking: Checking): void {
  const { raw, report } = checking;
  for (const [index, { target, until }] of (raw.inspection?.flows?.bodies ?? []).entries()) {
    const path = ['inspection', 'flows', 'bodies', index];
    checkReference(target, 'targets', [...path, 'target'], checking);
    const found = raw.targets.get(target);
    if (found?.sound && found.value?.tls !== 'inspect')
      report(
        problem('LG_FIELD_CONFLICT', [...path, 'target'], `the router reads no request of the target ${target}`, {
          hint: 'add tls: inspect to the target, or remove the entry',
        }),
      );
    if (Number.isNaN(Date.parse(until)))
      report(
        problem('LG_FIELD_VALUE', [...path, 'until'], `${shown(until)} is not a time`, {
          hint: 'write a time in UTC such as 2026-12-01T18:00:00Z',
        }),
      );
  }
}

const placesOf = (name: string, value: Raw<'targets'>): readonly string[] =>
  hostsOf(name, value).flatMap((host) => portsOf(value).map((port) => `${host}:${port}`));

/** Fields that mean something only where the router reads requests. */
function checkNeedsInspection(
  { name, value: target, sound, lacks }: Named<Raw<'targets'>>,
  { report }: Checking,
): void {
  if (!target) return;
  const conflict = (field: string, message: string, hint: string) =>
    report(problem('LG_FIELD_CONFLICT', ['targets', name, field], message, { hint, at: 'key' }));
  const isPassedThrough = target.type === 'https' && (target.tls === 'passthrough' || lacks('tls'));
  for (const field of ['paths', 'path', 'upstream'] as const)
    if (target[field] !== undefined && isPassedThrough)
      conflict(
        field,
        `the target ${name} has ${field}, but its TLS is passed through`,
        `add tls: inspect, or remove ${field}`,
      );
  if (sound && target.paths && !target.paths.allow && !target.paths.deny)
    conflict('paths', `paths of the target ${name} has neither allow nor deny`, 'write paths: { allow: ["/v1/**"] }');
  if (sound && target.upstream && Object.keys(target.upstream).length === 0)
    conflict('upstream', `upstream of the target ${name} is empty`, 'write upstream: { host: … }, or remove it');
}

/** Patterns are complete request paths: one that does not begin with the prefix of its target would limit nothing. */
function checkPatterns(name: string, { path = '/', paths }: Raw<'targets'>, { report }: Checking): void {
  if (path === '/') return;
  const prefix = segmentsOf(path);
  for (const list of ['allow', 'deny'] as const)
    for (const [index, pattern] of (paths?.[list] ?? []).entries())
      if (!canBeBelow(segmentsOf(pattern), prefix))
        report(
          problem(
            'LG_PATTERN_OUTSIDE',
            ['targets', name, 'paths', list, index],
            `the pattern ${shown(pattern)} matches nothing below ${path}, the path of the target ${name}`,
            { hint: `patterns are complete request paths: write ${path}${pattern === '/' ? '' : pattern}` },
          ),
        );
}

const segmentsOf = (path: string): readonly string[] => {
  const read = readPattern(path);
  return read.is === 'path' ? read.text.split('/').slice(1) : [];
};

/** Whether a path that begins with a prefix can match a pattern. */
function canBeBelow(pattern: readonly string[], prefix: readonly string[]): boolean {
  for (const [at, segment] of prefix.entries()) {
    const part = pattern[at];
    if (part === '**') return true;
    if (part === undefined || !(part.includes('*') || part.toLowerCase() === segment.toLowerCase())) return false;
  }
  return true;
}

/** A prefix, or another place, is one of one host: for several it would be a guess which is meant. */
function checkSeveralHosts(name: string, target: Raw<'targets'>, { report }: Checking): void {
  const hosts = hostsOf(name, target);
  if (hosts.length < 2) return;
  const { path, upstream } = target;
  const wrong =
    path !== undefined && path !== '/'
      ? ['path']
      : upstream?.host !== undefined
        ? ['upstream', 'host']
        : upstream?.tls_name !== undefined
          ? ['upstream', 'tls_name']
          : undefined;
  if (wrong)
    report(
      problem(
        'LG_FIELD_CONFLICT',
        ['targets', name, ...wrong],
        `the target ${name} has ${hosts.length} hosts, and ${wrong.join('.')} is for one`,
        { hint: 'write a target for each host', at: 'key' },
      ),
    );
}

/** Where the names are stated for which the CA may sign, each inspected host is one of them or below one. */
function checkSigned(name: string, target: Raw<'targets'>, { raw, report }: Checking): void {
  const names = raw.inspection?.ca.names;
  if (!names) return;
  const domains = new Set(names.flatMap((each) => parseHostname(each) ?? []));
  for (const host of hostsOf(name, target))
    if (!isWithin(host, domains))
      report(
        problem(
          'LG_INSPECTION_NAMES',
          ['targets', name, 'tls'],
          `the CA may not sign for ${host}: it is below none of inspection.ca.names`,
          { hint: `add ${host} or a domain above it; names: ${someOf(names)}` },
        ),
      );
}

function isWithin(host: Hostname, domains: ReadonlySet<string>): boolean {
  for (let at = 0; at >= 0; at = host.indexOf('.', at) < 0 ? -1 : host.indexOf('.', at) + 1)
    if (domains.has(host.slice(at))) return true;
  return false;
}
