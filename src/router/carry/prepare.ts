import type { Refusal } from '../../diagnostics/index.ts';
import type { Route } from '../../ir/index.ts';
import type { RequestClaim } from '../../routing/index.ts';
import type { FlowClient, FlowRecorder } from '../flows/recorder.ts';
import type { Inspection } from '../inspect/inspection.ts';
import type { RouterLimits } from '../router-limits.ts';
import type { LiveUpstream } from '../upstreams/upstream.ts';
import type { Carrier, CarryDone, Ends } from './carrier.ts';
import { HttpCarrier } from './http/http-carrier.ts';
import { InspectCarrier, type InspectedClient } from './inspect/inspect-carrier.ts';
import { judgeOf, type Rights } from './judge.ts';
import { Passthrough } from './passthrough.ts';

/** What is known when a route has been chosen, and nothing dialled yet. */
export interface CarryContext {
  readonly route: Route;
  /** What the client may do, asked anew for each request. */
  readonly rights: () => Rights;
  /** Where the route leads. */
  readonly upstream: LiveUpstream;
  /** The client's first request, where it has made one. */
  readonly request: RequestClaim | undefined;
  readonly limits: RouterLimits;
  /** Absent: nothing can be inspected. */
  readonly inspection: Inspection | undefined;
  readonly flows: FlowRecorder;
  readonly flowClient: FlowClient;
}

/** A carrier that waits for its two ends, or for the client alone. */
export type PreparedCarrier = PreparedForTwo | PreparedForOne;

interface PreparedForTwo {
  readonly waitsFor: 'client and upstream';
  /** Why it would carry nothing, known before anything is dialled. */
  readonly refusal: Refusal | undefined;
  start(ends: Ends, done: CarryDone): Carrier;
}

/** It finds an upstream for each request. */
interface PreparedForOne {
  readonly waitsFor: 'client';
  readonly refusal: Refusal | undefined;
  /** The client is paused, and nobody listens to it. */
  start(client: InspectedClient, done: CarryDone): Carrier;
}

type CarrierKind = 'passthrough' | 'http' | 'inspect';

const passthrough: PreparedCarrier = {
  waitsFor: 'client and upstream',
  refusal: undefined,
  start: (ends, done) => new Passthrough(ends, done),
};

const kinds: Readonly<Record<CarrierKind, (context: CarryContext) => PreparedCarrier>> = {
  passthrough: () => passthrough,
  http: ({ route, rights, upstream, request, limits }) => {
    if (route.match.by === 'port') throw new Error(`route ${route.key} has no name`);
    const judge = judgeOf('http', route.match.name, rights);
    const judged = request && judge.request(request);
    return {
      waitsFor: 'client and upstream',
      refusal: judged?.is === 'refuse' ? judged.refusal : undefined,
      start: (ends, done) =>
        new HttpCarrier(ends, { judge, upstream, headMs: limits.openingMs, refusalMs: limits.refusalMs }, done),
    };
  },
  inspect: ({ route, rights, inspection, limits, flows, flowClient }) => {
    const refuse = (refusal: Refusal): PreparedCarrier => ({
      waitsFor: 'client',
      refusal,
      start: () => {
        throw new Error('a refused connection has no carrier');
      },
    });
    const now = rights();
    if (route.match.by === 'port') throw new Error(`route ${route.key} has no name`);
    const { name } = route.match;
    if (!inspection) return refuse({ code: 'LG_NO_ISSUER', why: `the router has no CA to inspect ${name}` });
    if (now.is === 'refuse') return refuse(now.refusal);
    const { nccs } = now;
    const options = { name, nccs, judge: judgeOf('tls', name, rights), inspection, flows, flowClient, limits };
    return {
      waitsFor: 'client',
      refusal: undefined,
      start: (client, done) => new InspectCarrier(client, options, done),
    };
  },
};

/** The one place where a route gets its carrier. What is to be inspected gets no other, whatever it speaks. */
function kindOf({ match, action }: Route): CarrierKind {
  if (action.tls === 'inspect') return 'inspect';
  return match.by === 'name' && match.speech === 'http' ? 'http' : 'passthrough';
}

export const prepareCarrier = (context: CarryContext): PreparedCarrier => kinds[kindOf(context.route)](context);
