import type { Area, Changes, Compared, Line } from '../../app/change/index.ts';
import { counted } from '../../diagnostics/index.ts';
import { isNearlyFull } from './fullness.ts';
import { usd } from './table.ts';

/** A group of changes of one kind; each a sentence without a full stop. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

export interface Row {
  /** `+` added, `-` removed, `>` moved, `~` changed. */
  readonly mark: '+' | '-' | '>' | '~';
  readonly text: string;
}

const marks = { added: '+', removed: '-', moved: '>', changed: '~' } as const satisfies Record<Line['is'], Row['mark']>;

const titles: Readonly<Record<Area, string>> = {
  targets: 'Targets',
  nccs: 'NCCs and rules',
  services: 'Endpoint services and listeners',
  networks: 'Networks',
  hub: 'Hub',
  router: 'Router fleet',
  clusters: 'Kafka clusters and credentials',
  account: 'Accounts and names',
  routes: 'Routes',
};

/** Further targets of a workspace are in another row, so that no row is too long for a comment. */
const targetsOfRow = 50;

/** Who reaches what no more. One row a workspace, or several. */
export const lostRows = ({ access }: Changes): readonly string[] =>
  byWorkspace(access.lost).map(([workspace, targets]) => `${workspace} no longer reaches ${targets.join(', ')}`);

/** Who reaches what now. */
export const gainedRows = ({ access }: Changes): readonly string[] =>
  byWorkspace(access.gained).map(([workspace, targets]) => `${workspace} now reaches ${targets.join(', ')}`);

function byWorkspace(pairs: Changes['access']['lost']): readonly (readonly [string, readonly string[]])[] {
  const found = new Map<string, string[]>();
  for (const { workspace, target, workspaceId } of pairs) {
    const shown = workspaceId === undefined ? workspace : `${workspace} (id ${workspaceId})`;
    const targets = found.get(shown);
    if (targets) targets.push(target);
    else found.set(shown, [target]);
  }
  return [...found].flatMap(([shown, targets]) => {
    const rows = Array.from({ length: Math.ceil(targets.length / targetsOfRow) }, (_, at) => at * targetsOfRow);
    return rows.map((from) => [shown, targets.slice(from, from + targetsOfRow)] as const);
  });
}

export const stillBoundTitle = 'Before you apply';

/** What the owner of a workspace that leaves must do, because neither Terraform nor Databricks does it. */
export const stillBoundRows = ({ stillBound }: Changes): readonly string[] =>
  counting(stillBound, ({ workspace, id, ncc, isNccRemoved }) => {
    const until = isNccRemoved
      ? `terraform apply deletes the rules and then stops, because Databricks does not delete an NCC that a workspace is bound to`
      : `until then it reaches what the NCC reaches, also after terraform apply`;
    return `bind workspace ${workspace} (id ${id}) to another NCC in the Databricks account, unless the workspace is deleted: it stays bound to NCC ${ncc}, Terraform cannot remove that, and ${until}`;
  });

/** What is destroyed and made again, with what that cuts, and whose connections these are. */
export const replacedRows = ({ replaced }: Changes): readonly string[] =>
  replaced.map(
    ({ what, objects, cuts, ...whose }) =>
      `${what}${objects.length === 0 ? '' : `: ${listed(objects)}`}; this cuts ${cuts}${whoseText(whose)}`,
  );

/** More are counted. */
const cutsAtMost = 20;
const namesAtMost = 6;

/** Which connections break though access stays, and whose they are. */
export const cutRows = ({ cut }: Changes): readonly string[] =>
  counting(cut, ({ what, cuts, ...whose }) => `${what}; this cuts ${cuts}${whoseText(whose)}`);

const whoseText = ({ targets, workspaces }: Pick<Changes['cut'][number], 'targets' | 'workspaces'>): string =>
  targets.length === 0 ? '' : ` (${listed(targets)} from ${listed(workspaces)})`;

/** The first rows of a list that may be long, and how many more there are. */
function counting<Item>(items: readonly Item[], row: (item: Item) => string): readonly string[] {
  const more = items.length - cutsAtMost;
  return [
    ...items.slice(0, cutsAtMost).map(row),
    ...(more > 0 ? [`and ${more.toLocaleString('en')} more (diff --json has all)`] : []),
  ];
}

const listed = (names: readonly string[]): string =>
  names.length <= namesAtMost
    ? names.join(', ')
    : `${names.slice(0, namesAtMost).join(', ')} and ${(names.length - namesAtMost).toLocaleString('en')} more`;

/** Said in the place of access where no pair is lost or gained. */
export function unchangedAccess({ places, cut, replaced }: Changes): string {
  const isCut = cut.length + replaced.length > 0;
  if (places.length > 0)
    return `No workspace gains or loses a target, but targets are at other places${isCut ? ', and connections are cut' : ''}: see below.`;
  return isCut
    ? 'No workspace gains or loses access, but connections are cut: see below.'
    : 'No workspace gains or loses access.';
}

/** Targets whose name stays and whose hosts, ports, buckets, networks or upstreams do not, and who reaches them there. */
export const placeRows = ({ places }: Changes): readonly string[] =>
  counting(places, ({ target, lost, gained, workspaces }) => {
    const parts = [
      ...(gained.length > 0 ? [`is now at ${listed(gained)}`] : []),
      ...(lost.length > 0 ? [`is no longer at ${listed(lost)}`] : []),
    ];
    const whose = workspaces.length === 0 ? '' : ` (for ${listed(workspaces)})`;
    return `${target} ${parts.join(' and ')}${whose}`;
  });

const hintsAtMost = 5;

/** How a target that looks renamed keeps what it has. */
export function renameHints({ likelyRenamed = [] }: Changes): readonly string[] {
  const more = likelyRenamed.length - hintsAtMost;
  return [
    ...likelyRenamed
      .slice(0, hintsAtMost)
      .map(({ from, to }) => `If ${from} was renamed to ${to}, set renamed_from: ${from} on it`),
    ...(more > 0 ? [`and ${more.toLocaleString('en')} more that look renamed`] : []),
  ];
}

export const newNames = 'New names';

export const renamedRows = ({ renamed }: Changes): readonly Row[] =>
  renamed.map(({ what, from, to }) => ({ mark: '~', text: `${what} ${from} is called ${to}` }));

/** Everything beyond access, what follows from it, and what is counted. Sections that would be empty are not there. */
export function sectionsOf(changes: Changes): {
  readonly main: readonly Section[];
  readonly details: readonly Section[];
} {
  const areas = [...new Set(changes.lines.map(({ area }) => area))];
  const lines = (isDetail: boolean): readonly Section[] =>
    areas.map((area) => ({
      title: titles[area],
      rows: changes.lines.filter((line) => line.area === area && line.isDetail === isDetail).map(rowOf),
    }));
  const main = [
    { title: newNames, rows: renamedRows(changes) },
    ...lines(false),
    { title: 'Cost per month', rows: costRows(changes) },
    { title: 'Limits', rows: limitRows(changes) },
  ];
  const isThere = ({ rows }: Section): boolean => rows.length > 0;
  return { main: main.filter(isThere), details: lines(true).filter(isThere) };
}

const rowOf = ({ is, text, effect }: Line): Row => ({ mark: marks[is], text: `${text}${effectText(effect)}` });

function effectText(effect: Line['effect']): string {
  switch (effect.is) {
    case 'created':
    case 'in-place':
      return '';
    case 'replaces':
      return '; replaced, see above';
    case 'cuts':
      return `; cuts ${effect.cuts}`;
    default:
      return effect satisfies never;
  }
}

function costRows({ cost }: Changes): readonly Row[] {
  if (!cost) return [];
  const least = cost.isLowerBound ? ', without what has no published price' : '';
  const lines = cost.lines.map(({ what, beforeUsd, afterUsd }): Row => {
    if (beforeUsd === undefined) return { mark: '+', text: `${what}: ${usd(afterUsd ?? 0)}` };
    if (afterUsd === undefined) return { mark: '-', text: `${what}: ${usd(beforeUsd)}` };
    return { mark: '~', text: `${what}: ${usd(beforeUsd)} → ${usd(afterUsd)}` };
  });
  return [{ mark: '~', text: `total: ${usd(cost.beforeUsd)} → ${usd(cost.afterUsd)}${least}` }, ...lines];
}

/** A limit that has another value is told once, however many things it is counted over. */
function limitRows({ limits }: Changes): readonly Row[] {
  const changedValue = ({ limit, before, after }: LimitChange): string | undefined =>
    before && after && before.used === after.used ? JSON.stringify([limit, before.of, after.of]) : undefined;
  const groups = new Map<string, LimitChange[]>();
  for (const [at, each] of limits.entries()) {
    const key = changedValue(each) ?? String(at);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].flatMap((group) => {
    const [{ limit, before, after } = { limit: '' }] = group;
    if (group.length < 2 || !before || !after) return group.map(limitRow);
    const values = `${before.of.toLocaleString('en')} → ${after.of.toLocaleString('en')}`;
    return [{ mark: '~', text: `${limit}: ${values}, for ${listed(group.map(({ scope }) => scope))}` } as const];
  });
}

type LimitChange = Changes['limits'][number];

const limitRow = ({ limit, scope, before, after }: LimitChange): Row => {
  const use = (row: { readonly used: number; readonly of: number }): string =>
    `${row.used.toLocaleString('en')} of ${row.of.toLocaleString('en')}`;
  const text = `${limit}, ${scope}: `;
  if (!before) return { mark: '+', text: `${text}${after ? use(after) : ''}` };
  return after
    ? { mark: '~', text: `${text}${use(before)} → ${use(after)}` }
    : { mark: '-', text: `${text}${use(before)}` };
};

const isOtherValue = ({ before, after }: LimitChange): boolean =>
  before !== undefined && after !== undefined && before.of !== after.of;

/** Where one of these is full, the planner takes another rule or load balancer. */
const continued: readonly LimitChange['limit'][] = ['domains_per_rule', 'buckets_per_rule', 'listeners_per_nlb'];

const fillsUp = ({ limit, before, after }: LimitChange): boolean =>
  after !== undefined && isNearlyFull(after) && !(before && isNearlyFull(before)) && !continued.includes(limit);

/** What was compared, and how many differences of each kind there are. */
export function headline({ name, base, changes }: Compared): string {
  const { access, replaced, cut, renamed, lines, cost } = changes;
  const count = (many: number, noun: string, which = ''): readonly string[] =>
    many === 0 ? [] : [`${counted(many, noun)}${which}`];
  const parts = [
    ...count(access.lost.length, 'pair', ' of access lost'),
    ...count(access.gained.length, 'pair', ' of access gained'),
    ...count(replaced.length, 'object', ' replaced'),
    ...(cut.length === 0 ? [] : [`connections cut in ${counted(cut.length, 'place')}`]),
    ...count(renamed.length + lines.filter(({ isDetail }) => !isDetail).length, 'change'),
    ...count(lines.filter(({ isDetail }) => isDetail).length, 'consequence'),
    ...(cost ? [`${usd(cost.beforeUsd)} → ${usd(cost.afterUsd)} a month`] : []),
    ...count(
      new Set(changes.limits.filter(isOtherValue).map(({ limit }) => limit)).size,
      'limit',
      ' with another value',
    ),
    ...count(changes.limits.filter(fillsUp).length, 'limit', ' nearly full now'),
  ];
  return `${name}, compared with ${baseText(base)}: ${parts.join(', ')}`;
}

const baseText = ({ is, name, spec }: Compared['base']): string => {
  const base = is === 'revision' ? `revision ${name}` : is === 'lock' ? `the lock ${name}` : `the plan ${name}`;
  return spec === undefined ? base : `${base} of another spec, ${spec}`;
};

/** What is said where nothing differs. */
export const nothingSentence = ({ name, base, notCompared }: Compared): string =>
  notCompared.length === 0
    ? `${name}: nothing has changed since ${baseText(base)}`
    : `${name}: nothing has changed of what ${baseText(base)} holds`;
