import type { CodeText } from '../code-text.ts';

/**
 * Why a connection is not carried. The router gives these to clients in their own protocol and writes them in its log;
 * trace, doctor and the lab use the same codes for the same reasons.
 */
export const refusalCodes = {
  LG_NO_RULE: {
    title: 'no rule of the workspace’s NCC lists the name',
    explain:
      'Serverless compute resolves a name to an endpoint only if a private endpoint rule of its NCC lists that exact name. No rule lists this name, so its traffic takes the default route out of the workspace.',
    fix: 'Grant the target to the workspace under `access`, apply, and wait until the rule is ESTABLISHED.',
  },
  LG_NO_LISTENER: {
    title: 'the endpoint has no listener on this port',
    explain:
      'The name resolves to an endpoint whose load balancer has no listener on the port that the client dialled.',
    fix: 'Use the port that `lakegate plan` shows for the target, or correct the target’s port in the spec.',
  },
  LG_NO_NAME: {
    title: 'the client sent no server name',
    explain:
      'Targets share the port by name, and the client sent no server name (no SNI, no Host), or an IP address instead of a name.',
    fix: 'Connect by host name instead of address and enable SNI in the client, or give the target a separate port with `routing: port`.',
  },
  LG_NAME_UNKNOWN: {
    title: 'no target on this port has this name',
    explain: 'The client sent a name that no target on this port has.',
    fix: 'Compare the name and the port with the spec. Names must match exactly; there are no wildcards.',
  },
  LG_NOT_GRANTED: {
    title: 'this NCC was not granted the target',
    explain:
      'The connection came through an endpoint of an NCC whose workspaces may not reach this target. Sending its name is not enough.',
    fix: 'If the workspace should reach the target, add it to an entry under `access` that lists the target.',
  },
  LG_UNKNOWN_ENDPOINT: {
    title: 'the endpoint belongs to no NCC of the plan',
    explain:
      'The PROXY header has an endpoint id that the policy does not list. The rule was just created, or the endpoint belongs to another account.',
    fix: 'If the rule is yours, apply the Terraform configuration, which writes the endpoint map of the routers. If not, reject the endpoint at the endpoint service.',
  },
  LG_NO_IDENTITY: {
    title: 'a required PROXY header is missing',
    explain:
      'The listener identifies clients by the PROXY protocol v2 header of the load balancer. The connection had no header or an invalid one, or came from outside the trusted networks.',
    fix: 'Enable proxy_protocol_v2 on the target group, and connect only through the load balancer.',
  },
  LG_PROTOCOL: {
    title: 'the listener does not accept this protocol',
    explain:
      'The first bytes belong to a protocol that this listener does not accept, or break the rules of their protocol.',
    fix: 'Check that the client and the target use the same protocol and TLS mode on this port.',
  },
  LG_TOO_BIG: {
    title: 'the first message of the client is too large',
    explain:
      'What the client sent first (ClientHello, request head, PROXY header) is larger than the router reads before it decides.',
    fix: 'Look at what the client sends. A normal ClientHello is smaller than 2 KB, even with a post-quantum key share.',
  },
  LG_TOO_SLOW: {
    title: 'the first message of the client took too long',
    explain: 'The client connected and did not finish its first message before the deadline.',
    fix: 'Look for a client that waits for the server to speak first on a port shared by name, or for packet loss.',
  },
  LG_UPSTREAM_NO_ADDRESS: {
    title: 'the name of the upstream does not resolve',
    explain:
      'The resolver of the target’s network has no address for the name, or did not answer, and the router has no earlier answer.',
    fix: 'Resolve the name from the hub VPC. Check `dns` of the network and the association of the private hosted zone.',
  },
  LG_UPSTREAM_ADDRESS_REFUSED: {
    title: 'the name of the upstream resolves to an address outside its network',
    explain:
      'The name resolved to an address outside the CIDRs of the target’s network, or to a loopback, link-local or metadata address. The router does not connect to it.',
    fix: 'Correct the DNS record, or add the CIDR to the network if the target was moved there.',
  },
  LG_UPSTREAM_REFUSED: {
    title: 'the upstream refused the connection',
    explain:
      'The address of the target answered with a reset. No program listens on the port, or a firewall rejects the connection.',
    fix: 'Check from the hub VPC that the target runs and listens on the port.',
  },
  LG_UPSTREAM_TIMEOUT: {
    title: 'the upstream did not answer in time',
    explain: 'The address of the target did not answer. Usually a route is missing, or a security group drops packets.',
    fix: 'Check the route to the network and back, and that the target’s security group admits the router’s subnets on the port.',
  },
  LG_UPSTREAM_UNHEALTHY: {
    title: 'the health checks of the upstream fail',
    explain: 'The last health checks failed, so the router does not try to connect.',
    fix: 'Read the reason of the last failed check at `/ready` of the router.',
  },
  LG_UPSTREAM_NO_TLS: {
    title: 'the upstream does not speak TLS',
    explain: 'The server refused the request for TLS. Routing by name needs TLS to the server.',
    fix: 'Enable TLS at the server, or give the target a separate port with `routing: port`.',
  },
  LG_UPSTREAM_CERTIFICATE: {
    title: 'the certificate of the upstream is not trusted',
    explain:
      'The router opened TLS to the upstream of an inspected target. The certificate of the server is not for its name, has expired, or no known CA has signed it.',
    fix: 'Give the CA of the server under `upstream.ca` and its name under `upstream.tls_name`, or renew the certificate.',
  },
  LG_NO_ISSUER: {
    title: 'the router has no CA for inspected names',
    explain:
      'The target is inspected, and the router has no intermediate CA to make a certificate for its name, or one that it cannot use. An inspected target is never passed through instead.',
    fix: 'Check that the signer has written the intermediate, and that the router may read it.',
  },
  LG_OVER_LIMIT: {
    title: 'a connection limit is reached',
    explain: 'The router or this target already has the most connections that it may have.',
    fix: 'Close idle connections, raise the limit, or add routers.',
  },
  LG_DRAINING: {
    title: 'the router is shutting down',
    explain: 'The router accepts no new connections and waits for the existing ones to end.',
    fix: 'Connect again. The load balancer chooses another router.',
  },
  LG_PATH_UNKNOWN: {
    title: 'no target of this host has this path',
    explain:
      'The targets of the host have path prefixes, and the request path begins with none of them. Prefixes are complete segments: `/orders` is not a prefix of `/ordersX`.',
    fix: 'Compare the path with the `path` of each target of the host. Case matters. A target without `path` takes all other paths.',
  },
  LG_PATH_DENIED: {
    title: 'the path is not allowed',
    explain:
      'The `paths` of the target do not allow this request path, or deny it. Where paths are limited, a path that servers could read in several ways (`//`, `%2f`, `%2561`, a segment that ends in a dot) is refused too.',
    fix: 'If the path should be reachable, change `paths` of the target: `allow` must match it, and no pattern of `deny` may. The message says what is wrong with a path that is refused for its form.',
  },
} as const satisfies Record<`LG_${string}`, CodeText>;

/** A code that ends a connection. */
export type RefusalCode = keyof typeof refusalCodes;

/** Refusals that may be gone at the next attempt, without a change of the plan. */
export const passingRefusals: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'LG_UPSTREAM_NO_ADDRESS',
  'LG_UPSTREAM_REFUSED',
  'LG_UPSTREAM_TIMEOUT',
  'LG_UPSTREAM_UNHEALTHY',
  'LG_OVER_LIMIT',
  'LG_DRAINING',
]);
