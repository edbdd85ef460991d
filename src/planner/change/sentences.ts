import { type Difference, pathText, patternOf } from './differences.ts';
import { fieldWords } from './field-words.ts';

/** One difference in a sentence. What has no sentence of its own is told by its place and its two values. */
export function sentenceOf(difference: Difference): string {
  const { path, before, after } = difference;
  const entry = keyOf(path);
  const verb = before === undefined ? 'is added' : 'is removed';
  const isWhole = before === undefined || after === undefined;
  const around = subjectOf(path.slice(0, -2));
  switch (patternOf(path)) {
    case 'infra.nccs[].workspaces[]':
      return `workspace ${entry} ${before === undefined ? 'is attached to' : 'leaves'} ${around}`;
    case 'infra.nccs[].rules[].domains[]':
    case 'infra.nccs[].rules[].buckets[]':
      return `${around} ${before === undefined ? 'lists' : 'no longer lists'} ${entry}`;
    case 'infra.nccs[].rules[]':
      return `${subjectOf(path)} ${verb}${fieldText(before ?? after, 'service', ', to endpoint service ')}`;
    case 'infra.endpointServices[].listeners[].targets[]':
      return `${around} ${before === undefined ? 'now serves' : 'no longer serves'} target ${entry}`;
    case 'infra.targets[]':
      return `${subjectOf(path)}${fieldText(before ?? after, 'type', ', of type ')}, ${verb}`;
    case 'infra.targets[].network':
      return isWhole
        ? general(difference)
        : `${subjectOf(path.slice(0, -1))} moves from network ${valueText(before)} to network ${valueText(after)}`;
    case 'infra.targets[].hosts[]':
      return `${around} ${before === undefined ? 'has the new name' : 'loses the name'} ${entry}`;
    case 'infra.hub.vpc.cidr':
      return `the hub VPC changes its CIDR from ${valueText(before)} to ${valueText(after)}`;
    case 'infra.endpointServices[].nlb.deletionProtection':
      return `deletion protection of the load balancer of ${subjectOf(path.slice(0, 3))} is ${after === true ? 'switched on' : 'switched off'}`;
    case 'infra.renames':
    case 'infra.renames[]':
      return 'the list of renamed targets that Terraform follows changes';
    default:
      return isItem(difference) ? itemText(difference) : general(difference);
  }
}

/** An entry of a list that is nothing but its own value. */
const isItem = ({ path, before, after }: Difference): boolean =>
  path.at(-1) === `[${String(after ?? before)}]` && (before === undefined || after === undefined);

function itemText({ path, before }: Difference): string {
  const list = path.slice(0, -1);
  const depth = objectDepth(list);
  const what = fieldOf(subjectOf(list.slice(0, depth)), fieldWords(list, depth));
  return `${what}: ${keyOf(path)} ${before === undefined ? 'added' : 'removed'}`;
}

/** Fields have names in the singular and in the plural, so no verb goes with them. */
const fieldOf = (subject: string, field: string): string => (subject === '' ? field : `${field} of ${subject}`);

/** What moved, and from where to where. */
export function movedText(from: readonly string[], to: readonly string[]): string {
  const what = from.at(-2) === 'workspaces' ? `workspace ${keyOf(from)}` : keyOf(from);
  return `${what} moves from ${subjectOf(from.slice(0, -2))} to ${subjectOf(to.slice(0, -2))}`;
}

function general({ path, before, after }: Difference): string {
  const depth = objectDepth(path);
  const subject = subjectOf(path.slice(0, depth));
  const field = fieldWords(path, depth);
  if (field === '' && before === undefined) return `${subject} is added`;
  if (field === '' && after === undefined) return `${subject} is removed`;
  if (before === undefined) return `${fieldOf(subject, field)}: now ${valueText(after)}`;
  if (after === undefined) return `${fieldOf(subject, field)}: ${valueText(before)} removed`;
  const what = field === '' ? subject : subject === '' ? field : `${subject}: ${field}`;
  return `${what} changes from ${valueText(before)} to ${valueText(after)}`;
}

/** Objects with a name for people, by the pattern of their path. */
const subjects: Readonly<Record<string, string>> = {
  'infra.targets[]': 'target',
  'infra.nccs[]': 'NCC',
  'infra.nccs[].rules[]': 'rule',
  'infra.nccs[].workspaces[]': 'workspace',
  'infra.endpointServices[]': 'endpoint service',
  'infra.endpointServices[].listeners[]': 'listener',
  'infra.networks[]': 'network',
  'infra.hub': 'the hub',
  'infra.hub.vpc.subnets[]': 'subnet',
  'infra.router': 'the router fleet',
  'infra.router.egress[]': 'the way of the routers to network',
  'infra.mskClusters[]': 'the Kafka cluster of target',
  'infra.credentials[]': 'service credential',
  'routes.listeners[]': 'router listener',
  'routes.listeners[].routes[]': 'route',
  'routes.upstreams[]': 'upstream',
};

/** How much of a path names the innermost object that has a name for people. */
function objectDepth(path: readonly string[]): number {
  for (let depth = path.length; depth > 0; depth--) if (subjects[patternOf(path.slice(0, depth))]) return depth;
  return 0;
}

function subjectOf(path: readonly string[]): string {
  const noun = subjects[patternOf(path)];
  if (noun === undefined) return pathText(path);
  const isEntry = path.at(-1)?.startsWith('[');
  const name = isEntry ? `${noun} ${keyOf(path)}` : noun;
  return patternOf(path) === 'infra.nccs[].rules[]' ? `${name} of NCC ${keyOf(path.slice(0, 3))}` : name;
}

const keyOf = (path: readonly string[]): string => (path.at(-1) ?? '').replace(/^\[(.*)\]$/s, '$1');

function fieldText(of: unknown, field: string, before: string): string {
  const value = typeof of === 'object' && of !== null ? (of as Readonly<Record<string, unknown>>)[field] : undefined;
  return typeof value === 'string' ? `${before}${value}` : '';
}

/** Longer values are cut: the two plans have them whole. */
const valueLength = 120;

function valueText(value: unknown): string {
  const known = formText(value);
  if (known !== undefined) return known;
  const isList = Array.isArray(value) && value.length > 0 && value.every((each) => typeof each !== 'object');
  const text = isList ? value.join(', ') : typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > valueLength ? `${text.slice(0, valueLength)}…` : text;
}

/** The forms of what a listener forwards to, of an identity, and of what a route matches. */
function formText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { to, by, target, broker, members, name } = value as Readonly<Record<string, unknown>>;
  switch (to ?? by) {
    case 'router':
      return 'the routers';
    case 'broker':
      return `broker ${String(broker)} of ${String(target)}`;
    case 'addresses':
      return `addresses ${listText(members)}`;
    case 'endpoint':
      return 'by endpoint';
    case 'listener':
      return 'not at all';
    case 'port':
      return 'whatever comes to the port';
    case 'name':
      return `the name ${String(name)}`;
    default:
      return undefined;
  }
}

const listText = (members: unknown): string =>
  Array.isArray(members) ? members.map((each) => String(Object(each).address)).join(', ') : '';
