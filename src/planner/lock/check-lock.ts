import type { z } from 'zod';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { parseHostname, parsePort } from '../../ir/index.ts';
import type { Spec } from '../../spec/index.ts';
import { numberOf } from '../keys.ts';
import { error, listOf } from '../problems.ts';
import { sumOf, sumOfFrame } from './checksum.ts';
import { type Lock, lockShape } from './lock.ts';
import { firstUnprivileged } from './router-ports.ts';

/** The file that a lock is kept in, for messages. */
export const lockFile = 'lakegate.lock.json';

/** What a lock file says. */
export interface ReadLock {
  /** Absent when a diagnostic is an error. */
  readonly lock?: Lock;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the text of a lock file. Whether it fits a spec is asked by the planner. Never throws. */
export function readLock(text: string): ReadLock {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return { diagnostics: [broken('the file', `is not JSON: ${cause instanceof Error ? cause.message : ''}`)] };
  }
  const wrong = wrongShape(value);
  if (wrong) return { diagnostics: [wrong] };
  return { lock: value as Lock, diagnostics: [] };
}

/** Whether a lock belongs to a spec and is as lakegate wrote it. Says where it is not. Linear. */
export function checkLock(lock: Lock, spec: Pick<Spec, 'name' | 'aws'>): readonly Diagnostic[] {
  const wrong = wrongShape(lock);
  if (wrong) return [wrong];
  const { name, aws } = spec;
  if (lock.name !== name || lock.region !== aws.region || lock.account !== aws.account)
    return [
      error(
        'LG_LOCK_OTHER_SPEC',
        ['name'],
        `${lockFile} belongs to ${lock.name} in ${lock.region}, account ${lock.account}; this spec is ${name} in ${aws.region}, account ${aws.account}`,
        'use the lock of this spec, or start without one; name, region and account of a deployment do not change',
      ),
    ];
  const edited = editedParts(lock);
  if (edited.length > 0) return edited;
  return contradictions(lock);
}

const broken = (where: string, what: string): Diagnostic =>
  error(
    'LG_LOCK_BROKEN',
    [],
    `${lockFile}: ${where} ${what}`,
    'restore the file from version control; a merge of two locks is made by taking one and planning again',
  );

function editedParts(lock: Lock): readonly Diagnostic[] {
  const parts = [
    ...lock.nccs.filter((ncc) => sumOf(ncc) !== ncc.check).map((ncc) => `nccs ${ncc.key}`),
    ...lock.services.filter((service) => sumOf(service) !== service.check).map((service) => `services ${service.key}`),
  ];
  if (parts.length === 0 && sumOfFrame(lock) !== lock.check)
    parts.push('its frame (version, name, region, account, next, or which NCCs and services there are)');
  if (parts.length === 0) return [];
  return [
    error(
      'LG_LOCK_EDITED',
      [],
      `${lockFile} was changed by hand or by a merge: ${listOf(parts)} is not what lakegate wrote`,
      'restore the file from version control; to move things, change the spec or plan with --repack',
    ),
  ];
}

/** Names go into Terraform as they are, so their forms are checked. */
const awsName = /^[0-9A-Za-z](?:[0-9A-Za-z-]{0,30}[0-9A-Za-z])?$/;
const nccName = /^[0-9A-Za-z_-]{3,30}$/;
const keyForm = { ncc: /^n-[1-9][0-9]{0,8}$/, rule: /^r-[1-9][0-9]{0,8}$/, service: /^s-[1-9][0-9]{0,8}$/ };
const isRouterPort = (port: number): boolean => port >= firstUnprivileged && parsePort(port) !== undefined;

/** What can only be wrong in a lock that no lakegate wrote. */
function contradictions(lock: Lock): readonly Diagnostic[] {
  const seen = new Map<string, string>();
  const found: Diagnostic[] = [];
  const once = (what: string, key: string | number, where: string): void => {
    const id = `${what} ${key}`;
    const other = seen.get(id);
    if (other === undefined) seen.set(id, where);
    else found.push(broken(where, `has ${id}, which ${other} has too`));
  };
  const below = (key: string, next: number, where: string): void => {
    if (!(numberOf(key) < next)) found.push(broken(where, `has key ${key}, but next says that ${next} comes next`));
  };
  const form = (value: string | number, is: RegExp, what: string, where: string): void => {
    if (!is.test(String(value))) found.push(broken(where, `has ${what} ${JSON.stringify(value)}, which cannot be one`));
  };
  const hostname = (name: string, where: string): void => {
    if (parseHostname(name) !== name)
      found.push(broken(where, `has host ${JSON.stringify(name)}, which cannot be one`));
  };
  const services = new Set(lock.services.map((service) => service.key));
  for (const ncc of lock.nccs) {
    const where = `nccs ${ncc.key}`;
    form(ncc.key, keyForm.ncc, 'key', where);
    form(ncc.name, nccName, 'name', where);
    once('NCC', ncc.key, where);
    below(ncc.key, lock.next.ncc, where);
    for (const { name } of ncc.workspaces) once('workspace', name, where);
    for (const rule of ncc.rules) {
      once('rule', rule.key, `${where} rule ${rule.key}`);
      form(rule.key, keyForm.rule, 'key', `${where} rule ${rule.key}`);
      below(rule.key, lock.next.rule, where);
      if (rule.service !== 's3' && !services.has(rule.service))
        found.push(broken(`${where} rule ${rule.key}`, `names service ${rule.service}, which is not there`));
      for (const name of rule.names) {
        once(`${rule.service === 's3' ? 'bucket' : 'name'} in ${ncc.key}`, name, `${where} rule ${rule.key}`);
        if (rule.service !== 's3') hostname(name, `${where} rule ${rule.key}`);
      }
    }
  }
  for (const service of lock.services) {
    const where = `services ${service.key}`;
    form(service.key, keyForm.service, 'key', where);
    form(service.name, awsName, 'name', where);
    once('service', service.key, where);
    below(service.key, lock.next.service, where);
    for (const listener of service.listeners) {
      const at = `${where} port ${listener.port}`;
      once(`port of ${service.key}`, listener.port, at);
      form(listener.targetGroup, awsName, 'target group', at);
      if (parsePort(listener.port) === undefined) found.push(broken(at, 'is no TCP port'));
      if (listener.routerPort !== undefined) once('router port', listener.routerPort, at);
      if (!isRouterPort(listener.routerPort ?? firstUnprivileged))
        found.push(
          broken(at, `has router port ${listener.routerPort}, which is not from ${firstUnprivileged} to 65535`),
        );
      for (const { target, host, port } of listener.holds) {
        once('claim', `${target} ${host}:${port ?? listener.port}`, at);
        hostname(host, at);
        if (port !== undefined && parsePort(port) === undefined)
          found.push(broken(at, `holds port ${port} of ${target}, which is no TCP port`));
      }
    }
  }
  return found;
}

/** The first thing that has not the form of a lock. */
function wrongShape(value: unknown): Diagnostic | undefined {
  const { version } = Object(value) as { readonly version?: unknown };
  if (isCount(version) && version !== 1)
    return error(
      'LG_LOCK_VERSION',
      [],
      `${lockFile} has version ${version}; this lakegate reads version 1`,
      'use the lakegate that wrote it, or a newer one',
    );
  const [issue] = lockShape.safeParse(value).error?.issues ?? [];
  return issue && broken(...sentenceOf(issue, value));
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1;

/** Where something is wrong and what: the object and its field, or the entry of a list. */
function sentenceOf(issue: z.core.$ZodIssue, value: unknown): [where: string, what: string] {
  const { path } = issue;
  const word = wordOf(issue);
  const name = path.at(-1);
  if (typeof name !== 'string') return [placeOf(path), `is not ${word}`];
  const found = path.reduce<unknown>((at, part) => (at as Record<PropertyKey, unknown>)[part], value);
  const what =
    typeof found === 'number' && word === 'a number'
      ? `has ${name} ${found}, which is no whole number from 1`
      : `has no ${name} that is ${word}`;
  return [placeOf(path.slice(0, -1)), what];
}

/** What is wanted instead. */
function wordOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords[issue.expected] ?? issue.expected;
    case 'too_small':
    case 'too_big':
      return 'a number';
    case 'invalid_value':
      return issue.values.map(String).join(' or ');
    default:
      return 'what lakegate writes';
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a number',
  object: 'an object',
  array: 'a list',
};

/** `services[0] listeners[2]`. */
const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : ` ${String(part)}`))
    .join('')
    .trimStart() || 'the file';
