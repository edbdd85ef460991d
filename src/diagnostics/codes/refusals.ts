import type { CodeText } from '../code-text.ts';

/**
 * Why a connection is not carried. The router gives these to clients in their own protocol and writes them in its log;
 * trace, doctor and the lab use the same codes for the same reasons.
 */
export const refusalCodes = {
  LG_NO_RULE: {
    title: 'the name is in no rule of the workspace’s NCC',
    explain:
      'Serverless compute resolves a name to the endpoint only when a private endpoint rule of its NCC lists that exact name. This name is in none, so it takes the ordinary way out.',
    fix: 'Grant the target to the workspace under access:, apply, and wait until the rule is ESTABLISHED.',
  },
  LG_NO_LISTENER: {
    title: 'no listener on this port',
    explain:
      'The name resolves to an endpoint whose load balancer has no listener on the port that the client dialled.',
    fix: 'Use the port that `lakegate plan` shows for the target, or correct the target’s port in the spec.',
  },
  LG_NO_NAME: {
    title: 'the client named no server',
    explain:
      'The port is shared by name and the client sent no server name (no SNI, no Host), or an IP address instead of a name.',
    fix: 'Connect by host name, not by address, and switch SNI on in the client; or give the target a port of its own with routing: port.',
  },
  LG_NAME_UNKNOWN: {
    title: 'no route has this name on this port',
    explain: 'The client asked for a name that no target has on this port.',
    fix: 'Check the spelling and the port against the spec. Names are exact; there are no wildcards.',
  },
  LG_NOT_GRANTED: {
    title: 'this NCC was not granted the target',
    explain:
      'The connection came through an endpoint of an NCC whose workspaces may not reach this target. The name alone gives no right.',
    fix: 'Add the workspace to an access: entry that lists the target, if it should have it.',
  },
  LG_UNKNOWN_ENDPOINT: {
    title: 'the endpoint belongs to no NCC of the plan',
    explain:
      'The PROXY header carries an endpoint id that the policy does not list: a rule just created, or a stranger’s endpoint.',
    fix: 'If the rule is yours, push the endpoint map to the routers; if not, reject the connection on the endpoint service.',
  },
  LG_NO_IDENTITY: {
    title: 'no PROXY header where one must be',
    explain:
      'The listener takes its identity from the PROXY protocol v2 header of the load balancer, and the connection had none, a malformed one, or came from outside the trusted networks.',
    fix: 'Turn proxy_protocol_v2 on for the target group, and connect through the load balancer only.',
  },
  LG_PROTOCOL: {
    title: 'this protocol is not spoken here',
    explain: 'The first bytes are of no protocol that this listener serves, or break the rules of the one they began.',
    fix: 'Check that client and target use the same protocol and TLS mode on this port.',
  },
  LG_TOO_BIG: {
    title: 'the opening is too big',
    explain:
      'The client’s opening (ClientHello, request head, PROXY header) is larger than the router reads before it decides.',
    fix: 'Look at what the client sends: an ordinary ClientHello is under 2 KB, even with a post-quantum key share.',
  },
  LG_TOO_SLOW: {
    title: 'the opening took too long',
    explain: 'The client connected and did not finish its opening before the deadline.',
    fix: 'Look for a client that waits for the server to speak first on a port shared by name, or for packet loss on the way.',
  },
  LG_UPSTREAM_NO_ADDRESS: {
    title: 'the upstream’s name does not resolve',
    explain:
      'The resolver of the target’s network has no address for the name, or did not answer and no earlier answer is left.',
    fix: 'Resolve the name from the hub VPC; check dns: of the network and the private hosted zone association.',
  },
  LG_UPSTREAM_ADDRESS_REFUSED: {
    title: 'the upstream’s name points outside its network',
    explain:
      'The name resolved to an address that is not inside the CIDRs of the target’s network (or to loopback, link-local or the metadata address). The router does not follow it.',
    fix: 'Correct the DNS record, or add the CIDR to the network if the target has moved there on purpose.',
  },
  LG_UPSTREAM_REFUSED: {
    title: 'the upstream refused the connection',
    explain: 'The target’s address answered with a reset: nothing listens on the port, or a firewall rejects it.',
    fix: 'Check that the target runs and listens on the port, from the hub VPC.',
  },
  LG_UPSTREAM_TIMEOUT: {
    title: 'the upstream did not answer in time',
    explain: 'No answer came from the target’s address: usually a route or a security group that drops packets.',
    fix: 'Check the route to the network and back, and that the target’s security group admits the router’s subnets on the port.',
  },
  LG_UPSTREAM_UNHEALTHY: {
    title: 'the upstream is down by its health checks',
    explain: 'The last health checks failed, so the router does not try it for this connection.',
    fix: 'See /ready of the router for the reason of the last failed check.',
  },
  LG_UPSTREAM_NO_TLS: {
    title: 'the upstream does not speak TLS',
    explain: 'The server answered the request for TLS with a refusal. Routing by name needs TLS to the end.',
    fix: 'Turn TLS on at the server, or give the target a port of its own with routing: port.',
  },
  LG_OVER_LIMIT: {
    title: 'a connection limit is reached',
    explain: 'The router, or this target, already carries as many connections as it may.',
    fix: 'Close idle connections, raise the limit, or add routers.',
  },
  LG_DRAINING: {
    title: 'the router is shutting down',
    explain: 'The router no longer takes new connections and waits for the present ones to end.',
    fix: 'Connect again: the load balancer picks another router.',
  },
  LG_PATH_DENIED: {
    title: 'the path is not allowed',
    explain: 'The target’s paths: do not allow this request path, or deny it.',
    fix: 'Add the path to paths.allow of the target, if it should be reachable.',
  },
} as const satisfies Record<`LG_${string}`, CodeText>;

/** A code that ends a connection. */
export type RefusalCode = keyof typeof refusalCodes;

/** Refusals that may be gone at the next attempt, without anybody changing the plan. */
export const passingRefusals: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'LG_UPSTREAM_NO_ADDRESS',
  'LG_UPSTREAM_REFUSED',
  'LG_UPSTREAM_TIMEOUT',
  'LG_UPSTREAM_UNHEALTHY',
  'LG_OVER_LIMIT',
  'LG_DRAINING',
]);
