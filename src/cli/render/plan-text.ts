import type { Headroom, Plan } from '../../app/planning/index.ts';
import { counted } from '../../diagnostics/index.ts';
import type { InfraPlan, Listener, PlannedTarget, RouterFleet } from '../../ir/index.ts';
import { fullness, isNearlyFull } from './fullness.ts';
import { shownName } from './names-text.ts';
import { fold, some, type Table, tableText, usd } from './table.ts';

export interface PlanLook {
  /** Columns of the terminal. */
  readonly width: number;
  readonly heading: (text: string) => string;
  /** The plan keeps the allocations of a lock. */
  readonly isLocked: boolean;
}

type PlanView = Plan & PlanLook;

/** A plan as a platform engineer would paste it into a design review. Grows with what is shown, not with the plan. */
export function planText(plan: Plan, look: PlanLook): string {
  const view: PlanView = { ...plan, ...look };
  const { infra } = view;
  const table = (made: Table): readonly string[] => (made.rows.length === 0 ? [] : tableText(made, view.width));
  const sections: (readonly [string, readonly string[]])[] = [
    ['NCCs and their workspaces', table(nccTable(infra))],
    ['Reachable without a grant, through an accepted merge', table(surplusTable(view))],
    ['Rules: each creates one endpoint and lists exact names', table(ruleTable(view))],
    ['Endpoint services: each has one load balancer', table(listenerTable(infra))],
    ['Why the services are separate', apartLines(view)],
    ['Names and ports for clients', table(targetTable(infra))],
    ['Router fleet', routerLines(view)],
    ['Headroom', headroomLines(view)],
    ['What other choices would save', table(savingsTable(view))],
    ['Proof', proofLines(view)],
    ['Cost per month', costLines(view)],
  ];
  const body = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `${view.heading(title)}\n${lines.join('\n')}`);
  return [summary(view), ...body].join('\n\n');
}

/** The plan in three lines. */
export const planSummary = (plan: Plan, look: PlanLook): string => summary({ ...plan, ...look });

function summary(plan: PlanView): string {
  const { infra, cost, heading } = plan;
  const rules = infra.nccs.reduce((sum, ncc) => sum + ncc.rules.length, 0);
  const listeners = infra.endpointServices.reduce((sum, service) => sum + service.listeners.length, 0);
  const parts = [
    counted(rules, 'endpoint'),
    counted(infra.nccs.length, 'NCC'),
    counted(infra.endpointServices.length, 'endpoint service'),
    counted(listeners, 'listener'),
    infra.router ? fleetSize(infra.router) : 'no router',
    `${cost.unknown.length > 0 ? 'at least ' : ''}${usd(cost.totalUsd)} a month`,
  ];
  const { account, region } = infra.aws;
  return `${heading(infra.name)}  ${region}, account ${account}\n  ${parts.join(' · ')}\n  ${placementSentence(plan)}`;
}

function fleetSize({ min, needed, max }: Pick<RouterFleet, 'min' | 'needed' | 'max'>): string {
  const size = min === max ? counted(min, 'router') : `${min} to ${max} routers`;
  return needed > min ? `${size} (${needed} needed)` : size;
}

function placementSentence({ infra, placement, isLocked }: PlanView): string {
  if (infra.nccs.length === 0) return 'nothing needs private access';
  const { lowerBound: least } = placement;
  if (placement.exact)
    return `no placement has fewer endpoints, then services, then listeners${isLocked ? ', given what the lock holds' : ''}`;
  return `placed by a heuristic: no placement has fewer than ${counted(least.endpoints, 'endpoint')}, ${counted(least.services, 'service')}, ${counted(least.listeners, 'listener')}; this one has ${placement.endpoints}, ${placement.services}, ${placement.listeners}`;
}

const nccTable = (infra: InfraPlan): Table => ({
  noun: 'NCC',
  columns: [{ title: 'NCC' }, { title: 'name' }, { title: 'rules', align: 'right' }, { title: 'workspaces' }],
  rows: infra.nccs.map((ncc) => [
    ncc.key,
    ncc.name,
    String(ncc.rules.length),
    some(
      ncc.workspaces.map((workspace) => workspace.name),
      50,
    ),
  ]),
});

const surplusTable = ({ surplus }: PlanView): Table => ({
  noun: 'pair',
  columns: [{ title: 'workspace' }, { title: 'reaches' }],
  rows: surplus.map((pair) => [pair.workspace, pair.target]),
});

const ruleTable = ({ infra, headroom }: PlanView): Table => {
  const limits = new Map(headroom.map((row) => [row.limit, row.of]));
  return {
    noun: 'rule',
    columns: [{ title: 'rule' }, { title: 'NCC' }, { title: 'to' }, { title: 'names', align: 'right' }, { title: '' }],
    rows: infra.nccs.flatMap((ncc) =>
      ncc.rules.map((rule) =>
        rule.kind === 'service'
          ? [
              rule.key,
              ncc.key,
              rule.service,
              `${rule.domains.length} of ${limits.get('domains_per_rule') ?? '?'}`,
              rule.domains.map(shownName),
            ]
          : [
              rule.key,
              ncc.key,
              'S3',
              `${rule.buckets.length} of ${limits.get('buckets_per_rule') ?? '?'}`,
              rule.buckets.map((name) => `bucket ${name}`),
            ],
      ),
    ),
  };
};

const listenerTable = (infra: InfraPlan): Table => ({
  noun: 'listener',
  columns: [
    { title: 'service' },
    { title: 'load balancer' },
    { title: 'port', align: 'right' },
    { title: 'targets' },
    { title: 'goes to' },
  ],
  rows: infra.endpointServices.flatMap((service) =>
    service.listeners.map((listener, i) => [
      i === 0 ? service.key : '',
      i === 0 ? service.nlb.name : '',
      String(listener.port),
      listener.targets.length > 3 ? some(listener.targets, 3) : listener.targets,
      wayOn(listener),
    ]),
  ),
});

function wayOn({ forward }: Listener): string {
  switch (forward.to) {
    case 'router':
      return `router: ${forward.why}`;
    case 'addresses':
      return `${some(
        forward.members.map((member) => member.address),
        3,
      )}: ${forward.why}`;
    case 'broker':
      return `broker ${forward.broker}: ${forward.why}`;
    default:
      return forward satisfies never;
  }
}

const apartLines = ({ placement, width }: PlanView): readonly string[] =>
  placement.apart.flatMap(({ service, from, why }) =>
    fold(`${service} and ${from}: ${why}`, width - 2).map((line) => `  ${line}`),
  );

const targetTable = (infra: InfraPlan): Table => ({
  noun: 'target',
  columns: [{ title: 'target' }, { title: 'type' }, { title: 'workspaces' }, { title: 'clients use' }],
  rows: infra.targets.map((target) => [
    target.name,
    target.type,
    some(target.workspaces, 4) || 'none',
    placesOf(target),
  ]),
});

/** What to write in a connection string. */
function placesOf(target: PlannedTarget): readonly string[] {
  if (target.buckets.length > 0) return target.buckets.map((bucket) => `s3://${bucket}`);
  if (target.services.length === 0) return ['-'];
  return target.hosts.flatMap((host) =>
    target.ports.map(
      ({ port, clientPort }) =>
        `${shownName(host)}:${clientPort}${target.path ?? ''}${port === clientPort ? '' : ` (the target's own port is ${port})`}`,
    ),
  );
}

const fleetSizes = { min: 'min', needed: 'needed at the peak', max: 'max' } as const;

function routerLines({ infra, width, cost }: PlanView): readonly string[] {
  const { router } = infra;
  if (!router) return [];
  const prices = (cost.fleet ?? []).map(
    ({ is, routers, monthlyUsd }) => `${routers} (${fleetSizes[is]}) ${usd(monthlyUsd)}`,
  );
  return [
    `${router.engine} on ${router.instance} (${router.architecture}, ${router.run}): ${router.why}`,
    `routers a month: ${prices.join(' · ')}`,
  ].flatMap((sentence) => fold(sentence, width - 2).map((line) => `  ${line}`));
}

function headroomLines(view: PlanView): readonly string[] {
  const fullest = new Map<string, Headroom>();
  for (const row of view.headroom) {
    const other = fullest.get(row.limit);
    if (!other || fullness(row) > fullness(other)) fullest.set(row.limit, row);
  }
  const shown = view.headroom.filter((row) => fullest.get(row.limit) === row || isNearlyFull(row));
  const rows = shown.map((row) => [
    row.limit,
    `${row.used.toLocaleString('en')} of ${row.of.toLocaleString('en')}`,
    row.scope,
    row.overridden ? 'set by the spec' : '',
  ]);
  return tableText(
    {
      noun: 'row',
      columns: [{ title: 'limit' }, { title: 'used', align: 'right' }, { title: 'fullest' }, { title: '' }],
      rows,
    },
    view.width,
  );
}

const savingsTable = ({ savings }: PlanView): Table => ({
  noun: 'choice',
  columns: [
    { title: 'endpoints', align: 'right' },
    { title: 'services', align: 'right' },
    { title: 'listeners', align: 'right' },
    { title: 'by' },
  ],
  rows: savings.map(({ endpoints, services, listeners, is, what }) => [
    String(endpoints),
    String(services),
    String(listeners),
    is === 'made' ? `${what} (this plan has it)` : what,
  ]),
});

function proofLines({ proof, width }: PlanView): readonly string[] {
  return fold(proofSentence(proof), width - 2).map((line) => `  ${line}`);
}

/** What a proof that holds says. */
export function proofSentence(proof: Plan['proof']): string {
  const surplus = proof.surplus > 0 ? ` (${proof.surplus.toLocaleString('en')} of them accepted as surplus)` : '';
  return `${counted(proof.reached, 'pair')} of workspace and target reached${surplus}, ${proof.refused.toLocaleString('en')} refused; ${counted(proof.adversarialDials, 'connection')} of a hostile client, by address and with any name, reached nothing that was not granted`;
}

function costLines({ cost, width }: PlanView): readonly string[] {
  const rows = cost.lines.map((line) => [line.what, line.payer, usd(line.monthlyUsd)]);
  const total = `${usd(cost.totalUsd)} = ${usd(cost.fixedUsd)} fixed + ${usd(cost.usageUsd)} at ${cost.load.gbPerMonth.toLocaleString('en')} GB and ${counted(cost.load.connections, 'connection')}`;
  return [
    ...tableText(
      { noun: 'line', columns: [{ title: 'what' }, { title: 'paid by' }, { title: 'a month', align: 'right' }], rows },
      width,
    ),
    `  total ${total}${cost.unknown.length > 0 ? ', without items that have no published price' : ''}; lakegate cost shows sources and dates`,
  ];
}
