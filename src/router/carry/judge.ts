import type { Refusal } from '../../diagnostics/index.ts';
import type { Hostname, Route } from '../../ir/index.ts';
import {
  decide,
  decideRequest,
  grantedRoutes,
  type RequestClaim,
  type RequestConnection,
} from '../../routing/index.ts';
import type { ActiveRoutes } from '../listener.ts';
import type { LiveUpstream } from '../upstreams/upstream.ts';

/** What a client may do at this moment: the routes of its listener and its NCCs, both as they are now. */
export type Rights =
  | { readonly is: 'rights'; readonly routes: ActiveRoutes; readonly nccs: readonly string[] }
  | { readonly is: 'refuse'; readonly refusal: Refusal };

export type Judgement =
  | {
      readonly is: 'route';
      readonly route: Route;
      readonly upstream: LiveUpstream;
      /** What is forwarded in place of the path as sent. */
      readonly path: string;
      /** Of the client, now. */
      readonly nccs: readonly string[];
    }
  | {
      readonly is: 'refuse';
      readonly refusal: Refusal;
      /** The route that does not take the request. Absent where none was found. */
      readonly route?: Route;
      /** Of the client, now. Empty where they are not known. */
      readonly nccs: readonly string[];
    };

/** Decides the requests of one connection, each by the rights of its moment. */
export interface Judge {
  request(claim: RequestClaim): Judgement;
  /** Where a connection for this name leads now, or undefined where it may not be made any more. */
  upstream(): LiveUpstream | undefined;
  /** All that requests for this name may lead to now. Empty where none may be made any more. */
  upstreams(): readonly LiveUpstream[];
}

export function judgeOf(speech: RequestConnection['speech'], name: Hostname, rights: () => Rights): Judge {
  return {
    request(claim) {
      const now = rights();
      if (now.is === 'refuse') return { ...now, nccs: [] };
      const { routes, nccs } = now;
      const decision = decideRequest(routes.table, { speech, name, nccs }, claim);
      if (decision.is === 'refuse') {
        const { code, why, route } = decision;
        return { is: 'refuse', refusal: { code, why }, nccs, ...(route && { route }) };
      }
      const { route, path } = decision;
      return { is: 'route', route, upstream: upstreamOf(routes, route), path, nccs };
    },
    upstream() {
      const now = rights();
      if (now.is === 'refuse') return undefined;
      const decision = decide(now.routes.table, { speech, name }, now.nccs);
      return decision.is === 'route' ? upstreamOf(now.routes, decision.route) : undefined;
    },
    upstreams() {
      const now = rights();
      if (now.is === 'refuse') return [];
      const { routes, nccs } = now;
      return [
        ...new Set(grantedRoutes(routes.table, { speech, name, nccs }).map((route) => upstreamOf(routes, route))),
      ];
    },
  };
}

/**
 * Why a request that lasts, as a WebSocket does, may not go on, or undefined. A listener that a reload has removed leaves what
 * is under way alone.
 */
export function whyEnds(judge: Judge, claim: RequestClaim): Refusal | undefined {
  const judged = judge.request(claim);
  return judged.is === 'refuse' && judged.refusal.code !== 'LG_DRAINING' ? judged.refusal : undefined;
}

function upstreamOf({ upstreams }: ActiveRoutes, route: Route): LiveUpstream {
  const upstream = upstreams.get(route.action.upstream);
  if (!upstream) throw new Error(`route ${route.key} has no upstream`); // checked plans have one
  return upstream;
}
