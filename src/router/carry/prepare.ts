import type { Refusal } from '../../diagnostics/index.ts';
import type { Route } from '../../ir/index.ts';
import type { RequestClaim } from '../../routing/index.ts';
import type { RouterLimits } from '../router-limits.ts';
import type { LiveUpstream } from '../upstreams/upstream.ts';
import type { Carrier, CarryDone, Ends } from './carrier.ts';
import { HttpCarrier } from './http/http-carrier.ts';
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
}

/** A carrier that waits for its two ends. */
export interface PreparedCarrier {
  /** Why it would carry nothing, known before anything is dialled. */
  readonly refusal: Refusal | undefined;
  start(ends: Ends, done: CarryDone): Carrier;
}

type CarrierKind = 'passthrough' | 'http';

const passthrough: PreparedCarrier = {
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
      refusal: judged?.is === 'refuse' ? judged.refusal : undefined,
      start: (ends, done) =>
        new HttpCarrier(ends, { judge, upstream, headMs: limits.openingMs, refusalMs: limits.refusalMs }, done),
    };
  },
};

/** The one place where a route gets its carrier. */
const kindOf = ({ match }: Route): CarrierKind =>
  match.by === 'name' && match.speech === 'http' ? 'http' : 'passthrough';

export const prepareCarrier = (context: CarryContext): PreparedCarrier => kinds[kindOf(context.route)](context);
