import type { RefusalCode } from '../diagnostics/index.ts';
import type { Hostname, Route, RouterListener, Speech } from '../ir/index.ts';
import type { Claim } from './claim.ts';
import type { NamedSpeech, RouteTable } from './route-table.ts';

/** The codes with which a decision refuses. */
export type RoutingRefusal = Extract<RefusalCode, 'LG_PROTOCOL' | 'LG_NO_NAME' | 'LG_NAME_UNKNOWN' | 'LG_NOT_GRANTED'>;

/** What a router listener does with a client. */
export type Decision = { readonly is: 'route'; readonly route: Route } | Refused;

export interface Refused {
  readonly is: 'refuse';
  readonly code: RoutingRefusal;
  /** The route that was found and is not granted. */
  readonly route?: Route;
}

/**
 * Which route a connection gets: the one for what it claims, if its NCCs are granted it. Everything else is refused.
 * The name is looked up before the grant, so that the two mistakes read differently in the log; a client that is not
 * granted learns no more than that the name is known here.
 *
 * The router calls this for each connection and the proof some hundred thousand times for a plan, so it makes one object
 * at most; {@link whyRefused} makes the sentence where somebody reads it.
 *
 * @param nccs The NCCs that the client may belong to (see {@link clientNccs}). All of them must be granted the route.
 */
export function decide(table: RouteTable, claim: Claim, nccs: readonly string[]): Decision {
  const found = findRoute(table, claim);
  if (typeof found === 'string') return refusals[found];
  if (isGranted(found, nccs)) return { is: 'route', route: found };
  const other = found.action.tls === 'inspect' ? otherPrefix(table, found, nccs) : undefined;
  return other ? { is: 'route', route: other } : { is: 'refuse', code: 'LG_NOT_GRANTED', route: found };
}

/**
 * A granted route of the same name, where the requests of a connection may go different ways: such a connection is
 * opened if any of them may, and `decideRequest` is asked for each request.
 */
function otherPrefix(table: RouteTable, { match }: Route, nccs: readonly string[]): Route | undefined {
  const host = match.by === 'name' ? table.byRequest.tls.get(match.name) : undefined;
  return host?.byPrefix.find(({ route }) => isGranted(route, nccs))?.route;
}

/**
 * The NCCs that a client may belong to: that of its endpoint, or, where the listener carries no endpoint identity, every
 * NCC that can dial it.
 */
export const clientNccs = ({ identity }: RouterListener, ofEndpoint: readonly string[]): readonly string[] =>
  identity.by === 'endpoint' ? ofEndpoint : identity.nccs;

/** Why {@link decide} refused, in one sentence, given what it was asked. */
export function whyRefused(
  { code, route }: Refused,
  { table, claim, nccs }: { readonly table: RouteTable; readonly claim: Claim; readonly nccs: readonly string[] },
): string {
  const { clientPort, speaks } = table.listener;
  switch (code) {
    case 'LG_PROTOCOL':
      return `port ${clientPort} speaks ${speaks.join(' and ')}, not ${claim.speech}`;
    case 'LG_NO_NAME':
      return claim.whyNoName ?? 'the client named no server';
    case 'LG_NAME_UNKNOWN':
      return speaks.includes('tcp')
        ? `no target uses port ${clientPort}`
        : `no target has the name ${claim.name} on port ${clientPort}`;
    case 'LG_NOT_GRANTED': {
      const missing = nccs.find((ncc) => !route?.allow.includes(ncc));
      return `${missing === undefined ? 'no NCC is' : `NCC ${missing} was not`} granted target ${route?.target} here`;
    }
    default:
      return code satisfies never;
  }
}

/** A client of no NCC is granted nothing. */
export function isGranted({ allow }: Route, nccs: readonly string[]): boolean {
  for (const ncc of nccs) if (!allow.includes(ncc)) return false;
  return nccs.length > 0;
}

const refusals = {
  LG_PROTOCOL: { is: 'refuse', code: 'LG_PROTOCOL' },
  LG_NO_NAME: { is: 'refuse', code: 'LG_NO_NAME' },
  LG_NAME_UNKNOWN: { is: 'refuse', code: 'LG_NAME_UNKNOWN' },
} as const satisfies Partial<Record<RoutingRefusal, Refused>>;

function findRoute(table: RouteTable, claim: Claim): Route | keyof typeof refusals {
  const { speaks } = table.listener;
  if (speaks.includes('tcp')) return table.byPort ?? 'LG_NAME_UNKNOWN'; // any bytes will do
  const speech = heardAs(speaks, claim.speech);
  if (speech === undefined) return 'LG_PROTOCOL';
  if (claim.name === undefined) return table.byDefault.get(speech) ?? 'LG_NO_NAME';
  return routeByName(table, speech, claim.name) ?? 'LG_NAME_UNKNOWN';
}

/** A ClientHello is Postgres over direct TLS where no other TLS is spoken. */
function heardAs(speaks: readonly Speech[], speech: Speech): NamedSpeech | undefined {
  if (speech !== 'tcp' && speaks.includes(speech)) return speech;
  return speech === 'tls' && speaks.includes('postgres') ? 'postgres' : undefined;
}

/** A ClientHello does not say what is inside: on a port for both, direct TLS of Postgres is found second. */
const routeByName = ({ byName }: RouteTable, speech: NamedSpeech, name: Hostname): Route | undefined =>
  byName[speech].get(name) ?? (speech === 'tls' ? byName.postgres.get(name) : undefined);
