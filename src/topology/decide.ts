import type { RefusalCode } from '../diagnostics/index.ts';
import type { Hostname, Route } from '../ir/index.ts';
import type { RouterNode } from './graph.ts';
import type { Claim } from './trace-types.ts';

/** What a router listener does with a connection of an NCC that opens with a claim. */
export type Decision =
  | { readonly is: 'route'; readonly route: Route }
  | { readonly is: 'refuse'; readonly code: RefusalCode; readonly route?: Route };

/**
 * Decides as every engine does: find the route by what is claimed, then ask whether the NCC may use it.
 * A listener without endpoint identity cannot ask: whoever can dial it may use all its routes.
 */
export function decide(node: RouterNode, ncc: string, claim: Claim): Decision {
  const route = find(node, claim);
  if (typeof route === 'string') return { is: 'refuse', code: route };
  if (node.listener.identity.by === 'endpoint' && !route.allow.includes(ncc))
    return { is: 'refuse', code: 'LG_NOT_GRANTED', route };
  return { is: 'route', route };
}

function find(node: RouterNode, { speech, name }: Claim): Route | RefusalCode {
  if (node.byPort) return node.byPort; // any bytes
  if (!node.listener.speaks.includes(speech) && !isDirectTls(node, speech)) return 'LG_PROTOCOL';
  if (name === undefined) return node.defaults.get(speech) ?? 'LG_NO_NAME';
  return byName(node, { speech, name }) ?? 'LG_NAME_UNKNOWN';
}

/** A ClientHello where only Postgres is spoken is Postgres over direct TLS. */
const isDirectTls = (node: RouterNode, speech: Claim['speech']): boolean =>
  speech === 'tls' && node.listener.speaks.includes('postgres');

function byName(node: RouterNode, { speech, name }: { speech: Claim['speech']; name: Hostname }): Route | undefined {
  const own = node.byName.get(speech)?.get(name);
  return own ?? (isDirectTls(node, speech) ? node.byName.get('postgres')?.get(name) : undefined);
}

/** What an honest client of this name says here: the first speech that has a route for it. */
export function honestClaim(node: RouterNode, name: Hostname): Claim {
  for (const speech of node.listener.speaks) if (node.byName.get(speech)?.has(name)) return { speech, name };
  return { speech: node.listener.speaks[0] ?? 'tcp', name };
}
