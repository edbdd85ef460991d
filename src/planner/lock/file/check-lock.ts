import type { Diagnostic } from '../../../diagnostics/index.ts';
import { error, listOf } from '../../../diagnostics/index.ts';
import { lowestUnprivilegedPort, parseHostname, parsePort } from '../../../ir/index.ts';
import type { Spec } from '../../../spec/index.ts';
import { keyNumber } from '../../naming/keys.ts';
import { sumOf, sumOfFrame } from './checksum.ts';
import type { Lock } from './lock.ts';
import { broken, type LockPlace, lockFile, wrongShape } from './read-lock.ts';

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
        'use the lock of this spec, or plan without a lock; the name, region and account of a deployment cannot change',
      ),
    ];
  const edited = editedParts(lock);
  if (edited.length > 0) return edited;
  return contradictions(lock);
}

function editedParts(lock: Lock): readonly Diagnostic[] {
  const parts: LockPlace[] = (['nccs', 'services'] as const).flatMap((list) =>
    lock[list].flatMap((each, index) =>
      sumOf(each) === each.check ? [] : [{ path: [list, index], name: `${list} ${each.key}` }],
    ),
  );
  if (parts.length === 0 && sumOfFrame(lock) !== lock.check)
    parts.push({
      path: ['check'],
      name: 'the top level (version, name, region, account, next, or the list of NCCs and services)',
    });
  const [first] = parts;
  if (!first) return [];
  return [
    error(
      'LG_LOCK_EDITED',
      first.path,
      `${lockFile} was changed by hand or by a merge: ${listOf(parts.map(({ name }) => name))} does not match its checksum`,
      'restore the file from version control; to move targets, change the spec or use plan --repack',
    ),
  ];
}

/** Names go into Terraform as they are, so their forms are checked. */
const awsName = /^[0-9A-Za-z](?:[0-9A-Za-z-]{0,30}[0-9A-Za-z])?$/;
const nccName = /^[0-9A-Za-z_-]{3,30}$/;
const keyForm = { ncc: /^n-[1-9][0-9]{0,8}$/, rule: /^r-[1-9][0-9]{0,8}$/, service: /^s-[1-9][0-9]{0,8}$/ };
const isRouterPort = (port: number): boolean => port >= lowestUnprivilegedPort && parsePort(port) !== undefined;

/** What can only be wrong in a lock that no lakegate wrote. */
function contradictions(lock: Lock): readonly Diagnostic[] {
  const seen = new Map<string, string>();
  const found: Diagnostic[] = [];
  const once = (what: string, key: string | number, where: LockPlace): void => {
    const id = `${what} ${key}`;
    const other = seen.get(id);
    if (other === undefined) seen.set(id, where.name);
    else found.push(broken(where, `has ${id}, which ${other} also has`));
  };
  const below = (key: string, next: number, where: LockPlace): void => {
    if (!(keyNumber(key) < next)) found.push(broken(where, `has key ${key}, but the next free number is ${next}`));
  };
  const form = (value: string | number, is: RegExp, what: string, where: LockPlace): void => {
    if (!is.test(String(value))) found.push(broken(where, `has ${what} ${JSON.stringify(value)}, which is not valid`));
  };
  const hostname = (name: string, where: LockPlace): void => {
    if (parseHostname(name) !== name) found.push(broken(where, `has host ${JSON.stringify(name)}, which is not valid`));
  };
  const services = new Set(lock.services.map((service) => service.key));
  for (const [n, ncc] of lock.nccs.entries()) {
    const where: LockPlace = { name: `nccs ${ncc.key}`, path: ['nccs', n] };
    form(ncc.key, keyForm.ncc, 'key', where);
    form(ncc.name, nccName, 'name', where);
    once('NCC', ncc.key, where);
    below(ncc.key, lock.next.ncc, where);
    for (const { name } of ncc.workspaces) once('workspace', name, where);
    for (const [r, rule] of ncc.rules.entries()) {
      const at: LockPlace = { name: `${where.name} rule ${rule.key}`, path: [...where.path, 'rules', r] };
      once('rule', rule.key, at);
      form(rule.key, keyForm.rule, 'key', at);
      below(rule.key, lock.next.rule, at);
      if (rule.service !== 's3' && !services.has(rule.service))
        found.push(broken(at, `names service ${rule.service}, which does not exist`));
      for (const name of rule.names) {
        once(`${rule.service === 's3' ? 'bucket' : 'name'} in ${ncc.key}`, name, at);
        if (rule.service !== 's3') hostname(name, at);
      }
    }
  }
  for (const [s, service] of lock.services.entries()) {
    const where: LockPlace = { name: `services ${service.key}`, path: ['services', s] };
    form(service.key, keyForm.service, 'key', where);
    form(service.name, awsName, 'name', where);
    once('service', service.key, where);
    below(service.key, lock.next.service, where);
    for (const [l, listener] of service.listeners.entries()) {
      const at: LockPlace = { name: `${where.name} port ${listener.port}`, path: [...where.path, 'listeners', l] };
      once(`port of ${service.key}`, listener.port, at);
      form(listener.targetGroup, awsName, 'target group', at);
      if (parsePort(listener.port) === undefined) found.push(broken(at, 'is not a TCP port'));
      if (listener.routerPort !== undefined) once('router port', listener.routerPort, at);
      if (!isRouterPort(listener.routerPort ?? lowestUnprivilegedPort))
        found.push(
          broken(
            at,
            `has router port ${listener.routerPort}, which is not in the range ${lowestUnprivilegedPort} to 65535`,
          ),
        );
      for (const { target, host, port } of listener.holds) {
        once('target', `${target} ${host}:${port ?? listener.port}`, at);
        hostname(host, at);
        if (port !== undefined && parsePort(port) === undefined)
          found.push(broken(at, `holds port ${port} of ${target}, which is not a TCP port`));
      }
    }
  }
  return found;
}
