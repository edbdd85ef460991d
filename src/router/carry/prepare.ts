import type { Refusal } from '../../diagnostics/index.ts';
import type { Route } from '../../ir/index.ts';
import type { RequestClaim, RouteTable } from '../../routing/index.ts';
import type { RouterLimits } from '../router-limits.ts';
import type { Carrier, CarryDone, Ends } from './carrier.ts';
import { HttpCarrier } from './http/http-carrier.ts';
import { singleRoutePolicy } from './http/request-policy.ts';
import { Passthrough } from './passthrough.ts';

/** What is known when a route has been chosen, and nothing dialled yet. */
export interface CarryContext {
  readonly route: Route;
  /** As it was when the route was chosen: the connection keeps it. */
  readonly table: RouteTable;
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
  http: ({ route, table, request, limits }) => {
    const policy = singleRoutePolicy(table, route);
    return {
      refusal: request && policy(request),
      start: (ends, done) =>
        new HttpCarrier(ends, { policy, headMs: limits.openingMs, refusalMs: limits.refusalMs }, done),
    };
  },
};

/** The one place where a route gets its carrier. */
const kindOf = ({ match }: Route): CarrierKind =>
  match.by === 'name' && match.speech === 'http' ? 'http' : 'passthrough';

export const prepareCarrier = (context: CarryContext): PreparedCarrier => kinds[kindOf(context.route)](context);
