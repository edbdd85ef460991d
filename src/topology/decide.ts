import type { RefusalCode } from '../diagnostics/index.ts';
import type { Hostname, Route, Speech } from '../ir/index.ts';
import type { RouterNode } from './graph.ts';
import type { Claim } from './trace-types.ts';

/** What a router listener does with a connection of an NCC that opens with a claim. */
export type Decision =
  | { readonly is: 'route'; readonly route: Route }
  | { readonly is: 'refuse'; readonly code: RefusalCode; readonly route?: Route };

/**
 * Decides as the router does: find the route by what is claimed, then ask whether the NCC may use it.
 * A listener without endpoint identity cannot tell who comes: all NCCs it is meant for must be admitted, and then
 * whoever can dial it is let in.
 */
export function decide(node: RouterNode, ncc: string, claim: Claim): Decision {
  const route = find(node, claim);
  if (typeof route === 'string') return { is: 'refuse', code: route };
  const { identity } = node.listener;
  const admitted =
    identity.by === 'endpoint'
      ? route.allow.includes(ncc)
      : identity.nccs.length > 0 && identity.nccs.every((each) => route.allow.includes(each));
  return admitted ? { is: 'route', route } : { is: 'refuse', code: 'LG_NOT_GRANTED', route };
}

function find(node: RouterNode, claim: Claim): Route | RefusalCode {
  if (node.listener.speaks.includes('tcp')) return node.byPort ?? 'LG_NAME_UNKNOWN'; // any bytes will do
  const speech = heardAs(node.listener.speaks, claim.speech);
  if (speech === undefined) return 'LG_PROTOCOL';
  if (claim.name === undefined) return node.defaults.get(speech) ?? 'LG_NO_NAME';
  return routeOf(node, speech, claim.name) ?? 'LG_NAME_UNKNOWN';
}

/** A ClientHello is Postgres over direct TLS where no other TLS is spoken. */
const heardAs = (speaks: readonly Speech[], speech: Speech): Speech | undefined => {
  if (speaks.includes(speech)) return speech;
  return speech === 'tls' && speaks.includes('postgres') ? 'postgres' : undefined;
};

/** Where both are spoken, a hello does not say what is inside: direct TLS of Postgres is looked for second. */
const routeOf = (node: RouterNode, speech: Speech, name: Hostname): Route | undefined =>
  node.byName.get(speech)?.get(name) ?? (speech === 'tls' ? node.byName.get('postgres')?.get(name) : undefined);

/** What an honest client of this name says here: the first speech that has a route for it. */
export function honestClaim(node: RouterNode, name: Hostname): Claim {
  for (const speech of node.listener.speaks) if (node.byName.get(speech)?.has(name)) return { speech, name };
  return { speech: node.listener.speaks[0] ?? 'tcp', name };
}
