import { type Checking, problem } from '../raw-spec.ts';
import { shown, someOf } from '../wording.ts';

type Path = readonly (string | number)[];
type Section = 'workspaces' | 'targets';

/** Who may reach what: everything that is named exists, and everything that exists is named. */
export function checkAccess(checking: Checking): void {
  checkGrants(checking);
  checkShareNcc(checking);
  checkCredentials(checking);
}

function checkGrants(checking: Checking): void {
  const { raw, report } = checking;
  const granted = new Set<string>();
  for (const [index, grant] of raw.access.entries()) {
    if (!grant) continue;
    checkSide(grant.from, 'workspaces', ['access', index, 'from'], checking);
    checkSide(grant.to, 'targets', ['access', index, 'to'], checking);
    for (const target of grant.to) granted.add(target);
  }
  const isWhole = raw.access.every((grant) => grant && grant.from.length > 0 && grant.to.length > 0);
  if (raw.unsound.has('access')) return;
  if (raw.access.length === 0) {
    if (raw.present.has('access'))
      report(
        problem('LG_ACCESS_EMPTY', ['access'], 'access is empty, so no target can be reached', {
          hint: grantExample,
          at: 'key',
        }),
      );
    else if (raw.targets.size > 0)
      report(
        problem('LG_ACCESS_EMPTY', ['access'], 'the spec has no access, so no target can be reached', {
          hint: grantExample,
        }),
      );
  } else if (isWhole && !granted.has('*'))
    for (const name of raw.targets.keys())
      if (!granted.has(name))
        report(
          problem('LG_TARGET_WITHOUT_ACCESS', ['targets', name], `no workspace may reach the target ${name}`, {
            severity: 'warning',
            hint: 'add it to an entry under access, or remove it',
            at: 'key',
          }),
        );
}

const grantExample = 'write access: [{ from: [workspace], to: [target] }]';

/** `from` or `to` of an entry. */
function checkSide(names: readonly string[], section: Section, path: Path, checking: Checking): void {
  const { report } = checking;
  const side = section === 'workspaces' ? 'from' : 'to';
  const one = section === 'workspaces' ? 'workspace' : 'target';
  if (names.length === 0)
    report(
      problem('LG_ACCESS_EMPTY', path, `${side} is empty, so the entry grants nothing`, {
        hint: `list ${section}, or write ${side}: ["*"] for all of them`,
        at: 'key',
      }),
    );
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (seen.has(name))
      report(
        problem('LG_LISTED_TWICE', [...path, index], `the ${one} ${shown(name)} is listed twice`, {
          severity: 'warning',
          hint: 'remove one of them',
        }),
      );
    else if (name !== '*') checkReference(name, section, [...path, index], checking);
    seen.add(name);
  }
}

/** A name that some section must have. */
export function checkReference(name: string, section: Section, path: Path, { raw, nearest, report }: Checking): void {
  const known = raw[section];
  if (known.has(name) || raw.unsound.has(section)) return;
  const one = section === 'workspaces' ? 'workspace' : 'target';
  const other = section === 'workspaces' ? 'targets' : 'workspaces';
  const meant = nearest.nearest(name, known.keys());
  const hint = raw[other].has(name)
    ? `${name} is one of the ${other}; list ${section} here`
    : meant !== undefined
      ? `did you mean ${meant}?`
      : known.size === 0
        ? `the spec has no ${section}`
        : `${section}: ${someOf(known.keys())}`;
  report(problem('LG_REFERENCE_UNKNOWN', path, `there is no ${one} ${shown(name)}`, { hint }));
}

function checkShareNcc(checking: Checking): void {
  const { raw, report } = checking;
  const entryOf = new Map<string, number>();
  for (const [index, names] of raw.shareNcc.entries())
    for (const [i, name] of (names ?? []).entries()) {
      const path = ['share_ncc', index, i];
      checkReference(name, 'workspaces', path, checking);
      const other = entryOf.get(name);
      if (other === undefined) entryOf.set(name, index);
      else
        report(
          problem(
            'LG_SHARE_NCC_TWICE',
            path,
            other === index
              ? `the workspace ${shown(name)} is listed twice`
              : `the workspace ${shown(name)} is in two entries of share_ncc`,
            { hint: 'a workspace has one NCC, so merge the entries' },
          ),
        );
    }
}

function checkCredentials(checking: Checking): void {
  const { raw, report } = checking;
  for (const { name, value } of raw.credentials.values()) {
    if (!value?.kafka) continue;
    const { target } = value.kafka;
    const path = ['credentials', name, 'kafka', 'target'];
    checkReference(target, 'targets', path, checking);
    const found = raw.targets.get(target)?.value;
    if (found && found.type !== 'kafka')
      report(
        problem('LG_REFERENCE_UNKNOWN', path, `the target ${target} is of type ${found.type}, not kafka`, {
          hint: 'use a target of type kafka',
        }),
      );
  }
}
