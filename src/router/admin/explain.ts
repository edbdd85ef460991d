import { type Capability, needsOf, parseHostname, type RoutePlan, type Speech } from '../../ir/index.ts';
import { type Claim, clientNccs, decide, routeTable, whyRefused } from '../../routing/index.ts';
import type { Snapshot } from '../metrics.ts';

/** What an operator asks about; the texts come from a URL. */
export interface Question {
  readonly listener: string;
  /** Absent: a client that names nobody. */
  readonly name?: string;
  /** Absent where the listener is the identity. */
  readonly ncc?: string;
}

export type Explanation =
  | {
      readonly is: 'reach';
      readonly route: string;
      readonly target: string;
      readonly upstream: string;
      readonly why: string;
      /** What the route asks of the engine. */
      readonly needs: readonly Capability[];
    }
  | { readonly is: 'refuse'; readonly code: string; readonly why: string };

/** Says what would happen to a connection, by the very decision that connections get. Pure. */
export function explain(plan: RoutePlan, upstreams: Snapshot['upstreams'], question: Question): Explanation {
  const listener = plan.listeners.find(({ key }) => key === question.listener);
  if (!listener)
    return { is: 'refuse', code: 'LG_NO_LISTENER', why: `plan ${plan.name} has no listener ${question.listener}` };
  if (listener.identity.by === 'endpoint' && question.ncc === undefined)
    return { is: 'refuse', code: 'LG_NO_IDENTITY', why: 'the listener asks for an endpoint; say which NCC with ncc=' };
  const nccs = clientNccs(listener, question.ncc === undefined ? [] : [question.ncc]);
  const table = routeTable(listener);
  const decisions = claims(listener.speaks, question.name).map((claim) => ({
    claim,
    ...decide(table, claim, nccs),
  }));
  // The first speech that has a route for the name: what an honest client would speak.
  const decision =
    decisions.find(({ is }) => is === 'route') ??
    decisions.find((one) => one.is === 'refuse' && one.code === 'LG_NOT_GRANTED') ??
    decisions[0];
  if (!decision) return { is: 'refuse', code: 'LG_PROTOCOL', why: 'the listener speaks nothing' };
  if (decision.is === 'refuse')
    return { is: 'refuse', code: decision.code, why: whyRefused(decision, { table, claim: decision.claim, nccs }) };
  const { route } = decision;
  const now = upstreams[route.action.upstream];
  const to = now ? `${now.host}:${now.port}` : route.action.upstream;
  if (now && !now.up)
    return { is: 'refuse', code: 'LG_UPSTREAM_UNHEALTHY', why: `${to} is down: ${now.lastFailure ?? 'no answer'}` };
  return {
    is: 'reach',
    route: route.key,
    target: route.target,
    upstream: to,
    why: `${nccs.map((ncc) => `NCC ${ncc}`).join(' and ')} may use route ${route.key}`,
    needs: needsOf(route),
  };
}

function claims(speaks: readonly Speech[], text: string | undefined): readonly Claim[] {
  const name = text === undefined ? undefined : parseHostname(text);
  return speaks.map((speech): Claim => {
    if (name !== undefined) return { speech, name };
    return { speech, whyNoName: text === undefined ? 'the client named no server' : `${text} is not a host name` };
  });
}
