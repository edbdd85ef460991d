import type { EndpointConnection } from '../aws/index.ts';
import type { NccState, RuleState, WorkspaceState } from '../databricks/index.ts';
import { byText, type EndpointId, type Ncc, type Rule } from '../ir/index.ts';
import { broken, type Finding, type Place, risk, unknown } from './finding.ts';
import { type Labels, rulePlace } from './labels.ts';
import type { ObservedService } from './services.ts';
import type { LiveState } from './state.ts';

export interface ObservedNccs {
  readonly nccs: readonly Ncc[];
  /** Every endpoint that a rule reports, of deactivated rules too. */
  readonly endpoints: readonly LiveEndpoint[];
  readonly findings: readonly Finding[];
}

/** An endpoint that a rule made. */
export interface LiveEndpoint {
  readonly id: EndpointId;
  readonly ncc: string;
  /** What the rule lists. */
  readonly names: readonly string[];
  /** Key of our endpoint service; undefined: not ours. */
  readonly service?: string;
  readonly carries: boolean;
}

interface NccContext {
  readonly live: LiveState;
  readonly labels: Labels;
  readonly services: readonly ObservedService[];
}

/** The NCCs of the region with the rules that work; the findings say why others do not. */
export function readNccs(context: NccContext): ObservedNccs {
  const { live, labels } = context;
  const { nccs: states, rules } = live.databricks;
  const findings: Finding[] = [];
  const endpoints: LiveEndpoint[] = [];
  const keys = keysOf(states ?? [], labels);
  const nccs = (states ?? []).map((state): Ncc => {
    const key = keys.get(state.id) ?? state.id;
    const read = (rules.get(state.id) ?? []).map((rule) => readRule(context, key, rule));
    const known = new Map<string, number>();
    findings.push(...read.flatMap((each) => each.findings), ...namesTwice(key, rules.get(state.id) ?? []));
    endpoints.push(...read.flatMap((each) => each.endpoint ?? []));
    const carrying = read.flatMap(({ rule }) => {
      if (!rule) return [];
      const place = rulePlace(key, rule.kind === 's3' ? 's3' : rule.service);
      const at = known.get(place) ?? 0;
      known.set(place, at + 1);
      return [{ ...rule, key: labels.rules.get(place)?.[at] ?? rule.key }];
    });
    return { key, name: state.name, workspaces: workspacesOf(live, state.id, labels), rules: carrying };
  });
  findings.push(...missingNccs(context), ...bindings(context, keys), ...unreportedEndpoints(context, endpoints));
  return { nccs: nccs.sort((a, b) => byText(a.key, b.key)), endpoints, findings };
}

/** Keys by id: the plan's, or the name of an NCC that the plan does not have. */
function keysOf(nccs: readonly NccState[], labels: Labels): ReadonlyMap<string, string> {
  const planned = new Set(labels.nccs.values());
  return new Map(nccs.map(({ id, name }) => [id, labels.nccs.get(name) ?? (planned.has(name) ? id : name)] as const));
}

const missingNccs = ({ live, labels }: NccContext): readonly Finding[] =>
  [...labels.nccs]
    .filter(([name]) => live.databricks.nccs && !live.databricks.nccs.some((each) => each.name === name))
    .map(([name, key]) =>
      broken('LG_LIVE_NCC', { at: 'ncc', ncc: key }, `there is no NCC ${name} in ${labels.region}`),
    );

const nameOf = (workspace: WorkspaceState, labels: Labels): string =>
  labels.workspaces.get(workspace.id) ?? workspace.name;

const workspacesOf = ({ databricks }: LiveState, nccId: string, labels: Labels): Ncc['workspaces'] =>
  (databricks.workspaces ?? [])
    .filter((each) => each.nccId === nccId)
    .map((each) => ({ name: nameOf(each, labels), id: each.id }))
    .sort((a, b) => byText(a.name, b.name));

function bindings({ live, labels }: NccContext, keys: ReadonlyMap<string, string>): readonly Finding[] {
  const { workspaces } = live.databricks;
  if (!workspaces || !live.databricks.nccs) return [];
  const planned = new Set(labels.nccs.values());
  const ours = (each: WorkspaceState): boolean => planned.has(keys.get(each.nccId ?? '') ?? '');
  const absent = [...labels.workspaces].filter(([id]) => !workspaces.some((each) => each.id === id));
  const place = (workspace: string): Place => ({ at: 'workspace', workspace });
  return [
    ...absent.map(([id, name]) =>
      broken('LG_LIVE_WORKSPACE', place(name), `there is no workspace ${id} (${name}) in ${labels.region}`),
    ),
    ...workspaces.flatMap((each) => {
      const name = nameOf(each, labels);
      const isPlanned = labels.workspaces.has(each.id);
      if (isPlanned && !ours(each)) {
        const to =
          each.nccId === undefined ? 'no NCC' : `NCC ${keys.get(each.nccId) ?? each.nccId}, which is not of this plan`;
        return [broken('LG_LIVE_WORKSPACE', place(name), `workspace ${name} is attached to ${to}`)];
      }
      if (isPlanned && each.status !== 'RUNNING')
        return [broken('LG_LIVE_WORKSPACE', place(name), `workspace ${name} is in the state ${each.status}`)];
      if (!isPlanned && ours(each)) {
        const key = keys.get(each.nccId ?? '');
        const message = `workspace ${each.id} (${name}) is attached to NCC ${key} and not in the plan: it reaches what that NCC reaches`;
        return [risk('LG_LIVE_WORKSPACE', place(name), message)];
      }
      return [];
    }),
  ];
}

interface ReadRule {
  /** Absent: it passes no traffic. */
  readonly rule?: Rule;
  readonly endpoint?: LiveEndpoint;
  readonly findings: readonly Finding[];
}

function readRule(context: NccContext, ncc: string, state: RuleState): ReadRule {
  const { services, live } = context;
  const isBucket = state.buckets.length > 0;
  const to = services.find((each) => each.serviceName === state.endpointService);
  const place = { at: 'rule', ncc, rule: state.id, names: isBucket ? state.buckets : state.domains } as const;
  const findings: Finding[] = [];
  const connection = live.aws.connections?.find((each) => each.endpointId === state.endpointId);
  if (!state.deactivated) findings.push(...stateFindings(context, state, place, { service: to, connection, isBucket }));
  if (!state.deactivated && state.otherDomains.length)
    findings.push(
      risk(
        'LG_LIVE_RULE_NAMES',
        place,
        `rule ${state.id} of NCC ${ncc} lists ${state.otherDomains.join(', ')}, which is not a host name`,
      ),
    );
  const stopped = state.deactivated || findings.some((each) => each.verdict !== 'risk');
  const endpoint = state.endpointId && {
    id: state.endpointId,
    ncc,
    names: place.names,
    ...(to && { service: to.key }),
    carries: !stopped && to !== undefined,
  };
  if (stopped) return { ...(endpoint && { endpoint }), findings };
  const rule: Rule = isBucket
    ? { kind: 's3', key: state.id, awsService: state.endpointService ?? '', buckets: [...state.buckets] }
    : {
        kind: 'service',
        key: state.id,
        // A service that is not ours, or that no endpoint may attach to, is not in the topology.
        service: to?.isOpen ? to.key : (state.endpointService ?? ''),
        domains: [...state.domains],
      };
  return { rule, ...(endpoint && { endpoint }), findings };
}

interface RulePlace {
  readonly at: 'rule';
  readonly ncc: string;
  readonly rule: string;
  readonly names: readonly string[];
}

interface RuleEndpoint {
  readonly service: ObservedService | undefined;
  readonly connection: EndpointConnection | undefined;
  readonly isBucket: boolean;
}

/** Findings from the state of a rule in Databricks and of its endpoint in AWS. */
function stateFindings(
  { live }: NccContext,
  state: RuleState,
  place: RulePlace,
  { service, connection, isBucket }: RuleEndpoint,
): readonly Finding[] {
  const { ncc } = place;
  const name = `rule ${state.id} of NCC ${ncc}`;
  const because = state.error ? `: ${state.error}` : '';
  const endpoint = (message: string, code: 'LG_LIVE_ENDPOINT_WAITS' | 'LG_LIVE_ENDPOINT_CLOSED'): Finding =>
    broken(
      code,
      { at: 'endpoint', service: service?.key ?? '', endpoint: state.endpointId ?? '', ncc, names: place.names },
      message,
    );
  switch (state.connection) {
    case 'CREATING':
      return [broken('LG_LIVE_RULE_WAITS', place, `${name} has no endpoint yet`)];
    case 'CREATE_FAILED':
    case 'REJECTED':
    case 'DISCONNECTED':
    case 'EXPIRED':
      return [broken('LG_LIVE_RULE_ENDED', place, `${name} is ${state.connection}${because}`)];
    case 'PENDING':
    case 'ESTABLISHED':
      break;
    default:
      return [
        unknown(place, `${name} is in the state ${state.connection || 'without a name'}, which lakegate does not know`),
      ];
  }
  if (isBucket) {
    if (state.connection === 'PENDING') return [broken('LG_LIVE_RULE_WAITS', place, `${name} waits for S3${because}`)];
    return state.enabled === false
      ? [
          broken(
            'LG_LIVE_RULE_WAITS',
            place,
            `${name} is established and not enabled: buckets are reached by another path`,
          ),
        ]
      : [];
  }
  const { services, connections } = live.aws;
  if (!service)
    return services
      ? [
          risk(
            'LG_LIVE_RULE_FOREIGN',
            place,
            `${name} leads to ${state.endpointService}, which is not a service of ours`,
          ),
        ]
      : [];
  const id = state.endpointId ?? 'its endpoint';
  if (connections && !connection)
    return [
      endpoint(`${name} reports ${id}, which endpoint service ${service.key} does not know`, 'LG_LIVE_ENDPOINT_CLOSED'),
    ];
  switch (connection?.state) {
    case 'pendingAcceptance':
      return [endpoint(`endpoint ${id} of ${name} waits to be accepted`, 'LG_LIVE_ENDPOINT_WAITS')];
    case 'pending':
      return [endpoint(`endpoint ${id} of ${name} is being connected`, 'LG_LIVE_ENDPOINT_WAITS')];
    case 'available':
    case undefined: // not read
      return state.connection === 'PENDING'
        ? [
            broken(
              'LG_LIVE_RULE_WAITS',
              place,
              `${name} is PENDING${connection ? ', although its endpoint is accepted' : ''}`,
            ),
          ]
        : [];
    default:
      return [endpoint(`endpoint ${id} of ${name} is ${connection?.state}`, 'LG_LIVE_ENDPOINT_CLOSED')];
  }
}

/** Two rules of one NCC that list the same name: it is undefined which endpoint clients get. */
function namesTwice(ncc: string, rules: readonly RuleState[]): readonly Finding[] {
  const first = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { id, domains, deactivated } of rules)
    for (const name of deactivated ? [] : domains) {
      const other = first.get(name);
      if (other === undefined) first.set(name, id);
      else
        findings.push(
          risk(
            'LG_LIVE_RULE_NAMES',
            { at: 'rule', ncc, rule: id, names: [name] },
            `rules ${other} and ${id} of NCC ${ncc} both list ${name}`,
          ),
        );
    }
  return findings;
}

/** Endpoints at our services that no rule reports. Their owner is unknown, so they are never accepted. */
function unreportedEndpoints({ live, services }: NccContext, endpoints: readonly LiveEndpoint[]): readonly Finding[] {
  const { nccs, rules } = live.databricks;
  if (!nccs || nccs.some(({ id }) => !rules.has(id))) return [];
  const known = new Set<string>(endpoints.map((each) => each.id));
  return (live.aws.connections ?? [])
    .filter(
      (each) =>
        !known.has(each.endpointId) && ['pendingAcceptance', 'pending', 'available', 'partial'].includes(each.state),
    )
    .map(({ serviceId, endpointId, owner, state }) => {
      const service = services.find((each) => each.serviceId === serviceId)?.key ?? serviceId;
      return risk(
        'LG_LIVE_ENDPOINT_FOREIGN',
        { at: 'endpoint', service, endpoint: endpointId },
        `endpoint ${endpointId} of account ${owner} is ${state} at endpoint service ${service}, and no rule reports it`,
      );
    });
}
