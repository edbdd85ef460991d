import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DatabricksAccount } from './account.ts';
import { ApiError, badValue } from './errors.ts';
import type { NccRecord, RuleRecord } from './records.ts';
import { type Call, dispatch, type Route } from './routing.ts';

/** A body larger than this is refused: the largest real one is a network policy of 2000 names. */
const bodyCapBytes = 2 ** 20;

/** How long a token is good for. */
const tokenSeconds = 3600;

export interface DatabricksServer {
  /** `http://127.0.0.1:<port>`: the account host. */
  readonly accountUrl: string;
  /** The host of every workspace: Unity Catalog and files. */
  readonly workspaceUrl: string;
  /** The one service principal that may ask for tokens. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Called before each request, such as to move the clock or to make a call fail. */
  before: ((request: { readonly method: string; readonly path: string }) => void) | undefined;
  close(): Promise<void>;
}

/** Serves the account on loopback. Speaks what the SDKs and the Terraform provider need: discovery, OAuth, the API. */
export async function startDatabricks(account: DatabricksAccount): Promise<DatabricksServer> {
  const clientId = account.ids.uuid();
  const clientSecret = `dose${account.ids.hex(32)}`;
  const tokens = new Tokens(account, clientId, clientSecret);
  const apiRoutes = accountRoutes(account);
  const state: { before: DatabricksServer['before'] } = { before: undefined };

  const serve = async (
    kind: 'ACCOUNT_HOST' | 'WORKSPACE_HOST',
  ): Promise<{ url: string; close: () => Promise<void> }> => {
    const server = createServer((request, response) => {
      void answer(request, response, async (call, headers) => {
        state.before?.(call);
        const host = `http://${headers.host ?? ''}`;
        const open = discovery(kind, host, account, tokens, call, headers.authorization ?? '');
        if (open !== undefined) return open;
        tokens.check(headers.authorization ?? '');
        account.settle();
        if (kind === 'WORKSPACE_HOST') return account.catalog.answer(call);
        return dispatch(apiRoutes, call);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    return {
      url: `http://127.0.0.1:${port}`,
      close: () =>
        new Promise((done) => {
          server.close(() => done());
          server.closeAllConnections();
        }),
    };
  };
  const [accounts, workspaces] = await Promise.all([serve('ACCOUNT_HOST'), serve('WORKSPACE_HOST')]);
  return {
    accountUrl: accounts.url,
    workspaceUrl: workspaces.url,
    clientId,
    clientSecret,
    get before() {
      return state.before;
    },
    set before(told) {
      state.before = told;
    },
    close: async () => {
      await Promise.all([accounts.close(), workspaces.close()]);
    },
  };
}

class Tokens {
  private readonly account: DatabricksAccount;
  private readonly expected: string;
  private readonly issued = new Map<string, number>();

  constructor(account: DatabricksAccount, clientId: string, clientSecret: string) {
    this.account = account;
    this.expected = `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64')}`;
  }

  issue(authorization: string, form: Readonly<Record<string, unknown>>): unknown {
    if (!same(authorization, this.expected)) throw new OAuthError('invalid_client', 'Client authentication failed');
    if (form.grant_type !== 'client_credentials')
      throw new OAuthError('unsupported_grant_type', 'Only client_credentials is supported');
    const token = this.account.ids.hex(64);
    this.issued.set(token, this.account.now() + tokenSeconds * 1000);
    return { access_token: token, token_type: 'Bearer', expires_in: tokenSeconds, scope: form.scope ?? 'all-apis' };
  }

  check(authorization: string): void {
    const expires = this.issued.get(/^Bearer (\w+)$/.exec(authorization)?.[1] ?? '');
    if (expires === undefined)
      throw new ApiError(401, 'UNAUTHENTICATED', 'Credential was not sent or was of an unsupported type for this API.');
    if (expires <= this.account.now()) throw new ApiError(403, 'PERMISSION_DENIED', 'Token is expired');
  }
}

class OAuthError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** What is answered to anyone: where to get a token, and the token. */
function discovery(
  kind: string,
  host: string,
  account: DatabricksAccount,
  tokens: Tokens,
  call: Call,
  authorization: string,
): unknown {
  const oidc = kind === 'ACCOUNT_HOST' ? `${host}/oidc/accounts/${account.accountId}` : `${host}/oidc`;
  const { pathname } = new URL(oidc);
  if (call.path === '/.well-known/databricks-config')
    return { oidc_endpoint: oidc, account_id: account.accountId, cloud: 'AWS', host_type: kind };
  if (call.path === `${pathname}/.well-known/oauth-authorization-server`)
    return { token_endpoint: `${oidc}/v1/token`, authorization_endpoint: `${oidc}/v1/authorize` };
  if (call.method === 'POST' && call.path === `${pathname}/v1/token`) return tokens.issue(authorization, call.input);
  return undefined;
}

function accountRoutes(account: DatabricksAccount): readonly Route[] {
  const { policies, principals } = account;
  const root = `/api/2\\.0/accounts/${account.accountId}`;
  const at = (path: string): RegExp => new RegExp(`^${root}${path}$`);
  const nccs = '/network-connectivity-configs';
  const rules = `${nccs}/([^/]+)/private-endpoint-rules`;
  const ncc = (record: NccRecord): unknown => nccAnswer(record, account.rulesOf(record.network_connectivity_config_id));
  return [
    ['POST', at(nccs), ({ input }) => ncc(account.createNcc(input))],
    ['GET', at(nccs), ({ query }) => page([...account.nccs.values()].map(ncc), query)],
    ['GET', at(`${nccs}/([^/]+)`), ({ params: [id = ''] }) => ncc(account.ncc(id))],
    ['DELETE', at(`${nccs}/([^/]+)`), ({ params: [id = ''] }) => account.deleteNcc(id)],
    ['POST', at(rules), ({ params: [id = ''], input }) => account.createRule(id, input)],
    [
      'GET',
      at(rules),
      ({ params: [id = ''], query }) => page(account.rulesOf(account.ncc(id).network_connectivity_config_id), query),
    ],
    ['GET', at(`${rules}/([^/]+)`), ({ params: [id = '', rule = ''] }) => account.rule(id, rule)],
    [
      'PATCH',
      at(`${rules}/([^/]+)`),
      ({ params: [id = '', rule = ''], query, input }) =>
        account.updateRule(id, rule, query.get('update_mask') ?? '', input),
    ],
    ['DELETE', at(`${rules}/([^/]+)`), ({ params: [id = '', rule = ''] }) => account.deleteRule(id, rule)],
    ['GET', at('/workspaces'), () => [...account.workspaces.values()]],
    ['GET', at('/workspaces/(\\d+)'), ({ params: [id] }) => account.workspace(Number(id))],
    [
      'PATCH',
      at('/workspaces/(\\d+)'),
      ({ params: [id], query, input }) => {
        if (query.get('update_mask') !== 'network_connectivity_config_id')
          throw badValue('Only network_connectivity_config_id can be updated here');
        return account.bindWorkspace(Number(id), String(input.network_connectivity_config_id ?? ''));
      },
    ],
    ['POST', at('/network-policies'), ({ input }) => policies.create(input)],
    ['GET', at('/network-policies'), ({ query }) => page(policies.all(), query)],
    ['GET', at('/network-policies/([^/]+)'), ({ params: [id = ''] }) => policies.get(id)],
    ['PUT', at('/network-policies/([^/]+)'), ({ params: [id = ''], input }) => policies.replace(id, input)],
    ['DELETE', at('/network-policies/([^/]+)'), ({ params: [id = ''] }) => policies.remove(id)],
    [
      'GET',
      at('/workspaces/(\\d+)/network'),
      ({ params: [id] }) => policies.optionOf(account.workspace(Number(id)).workspace_id),
    ],
    [
      'PUT',
      at('/workspaces/(\\d+)/network'),
      ({ params: [id], input }) => {
        policies.choose(account.workspace(Number(id)).workspace_id, String(input.network_policy_id ?? ''));
        return policies.optionOf(Number(id));
      },
    ],
    [
      'POST',
      at('/servicePrincipals/([^/]+)/credentials/secrets'),
      ({ params: [id = ''], input }) => principals.createSecret(id, input),
    ],
    ['GET', at('/servicePrincipals/([^/]+)/credentials/secrets'), ({ params: [id = ''] }) => principals.secrets(id)],
    [
      'DELETE',
      at('/servicePrincipals/([^/]+)/credentials/secrets/([^/]+)'),
      ({ params: [id = '', secret = ''] }) => principals.removeSecret(id, secret),
    ],
  ];
}

/** Stable addresses that Databricks would show; they are reserved for documentation (RFC 5737). */
export const stableCidrs: readonly string[] = ['192.0.2.0/28', '192.0.2.16/28'];

function nccAnswer(record: NccRecord, rules: readonly RuleRecord[]): unknown {
  return {
    ...record,
    egress_config: {
      default_rules: { aws_stable_ip_rule: { cidr_blocks: stableCidrs } },
      target_rules: { aws_private_endpoint_rules: rules },
    },
  };
}

/** Items of a page. The API chooses the size, so that callers must follow the token. */
const pageSize = 20;

function page(items: readonly unknown[], query: URLSearchParams): unknown {
  const from = Number(query.get('page_token') || 0);
  if (!Number.isInteger(from) || from < 0) throw badValue('page_token is not one that was given');
  const more = from + pageSize < items.length;
  return { items: items.slice(from, from + pageSize), ...(more ? { next_page_token: String(from + pageSize) } : {}) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  run: (call: Call, headers: IncomingMessage['headers']) => Promise<unknown>,
): Promise<void> {
  const send = (status: number, body: unknown, type = 'application/json'): void => {
    response.writeHead(status, { 'content-type': type });
    response.end(body instanceof Uint8Array ? body : JSON.stringify(body ?? {}));
  };
  try {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await read(request);
    const call = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      input: parse(request.headers['content-type'] ?? '', body),
      params: [],
    };
    const made = await run(call, request.headers);
    send(200, made, made instanceof Uint8Array ? 'application/octet-stream' : 'application/json');
  } catch (error) {
    if (error instanceof ApiError) send(error.status, { error_code: error.code, message: error.message });
    else if (error instanceof OAuthError) send(401, { error: error.code, error_description: error.message });
    else send(500, { error_code: 'INTERNAL_ERROR', message: String(error) });
  }
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyCapBytes)
      throw new ApiError(413, 'REQUEST_LIMIT_EXCEEDED', `A request may have ${bodyCapBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parse(type: string, body: Buffer): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  if (type.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
  if (type.startsWith('application/octet-stream')) return { bytes: body };
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    throw new ApiError(400, 'MALFORMED_REQUEST', 'The body is not JSON');
  }
}
