import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError } from '../errors.ts';
import type { AwsWorld, Caller } from '../world.ts';
import { scalingActions } from './auto-scaling.ts';
import { balancingActions } from './balancing.ts';
import { containerActions } from './containers.ts';
import type { Action } from './form.ts';
import type { JsonAction } from './json.ts';
import { kafkaAnswer } from './kafka.ts';
import { keyActions } from './keys.ts';
import { networkActions } from './networks.ts';
import { objectAnswer } from './objects.ts';
import { privateLinkActions } from './privatelink.ts';
import { secretActions } from './secrets.ts';
import { toXml } from './xml.ts';

/** A request body larger than this is refused: lakegate's largest is some hundred bytes. */
const bodyCapBytes = 2 ** 18;

export interface AwsServer {
  /** `http://127.0.0.1:<port>`, for every service. */
  readonly url: string;
  close(): Promise<void>;
}

export interface AwsServerOptions {
  /** The account that a caller acts in, by its access key. Default: every key acts in `111122223333`. */
  readonly accountOf?: (accessKey: string) => string;
  /** Called before each request: lets what is due happen, such as endpoints that Databricks makes. */
  readonly before?: () => void;
}

/**
 * Serves the world on loopback as AWS does: query calls with XML answers (EC2, Elastic Load Balancing, Auto Scaling),
 * JSON calls (ECS, KMS, Secrets Manager), REST with JSON (MSK) and with bytes (S3, by path).
 * Signatures are not verified, since no secret is known here; that a call is signed, for which service and region, is.
 */
export async function startAwsServer(world: AwsWorld, options: AwsServerOptions = {}): Promise<AwsServer> {
  const accountOf = options.accountOf ?? (() => '111122223333');
  const server = createServer((request, response) => {
    void serve(world, accountOf, options.before, request, response);
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
}

/** How one API answers and refuses. */
interface Style {
  /** Gives the name of the operation and what runs it. Throws AwsError. */
  read(request: IncomingMessage, url: URL): Promise<{ readonly name: string; readonly run: (on: On) => Answer }>;
  refuse(error: AwsError, requestId: string): Answer;
}

interface On {
  readonly world: AwsWorld;
  readonly caller: Caller;
  readonly requestId: string;
}

interface Answer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const xml = (body: string): Answer => ({ headers: { 'content-type': 'text/xml' }, body });

const unknownOperation = (code: string, what: string): AwsError =>
  new AwsError(code, `No operation is known at ${what}`, 404);

function query(
  actions: Readonly<Record<string, Action>>,
  write: (name: string, made: ReturnType<Action>, requestId: string) => string,
  refusal: (error: AwsError, requestId: string) => string,
): Style {
  return {
    async read(request) {
      const form = new Map(new URLSearchParams(await readBody(request)));
      const name = form.get('Action') ?? '';
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
      if (!action) throw new AwsError('InvalidAction', `The action ${name} is not valid for this web service.`);
      return { name, run: ({ world, caller, requestId }) => xml(write(name, action(world, caller, form), requestId)) };
    },
    refuse: (error, requestId) => xml(refusal(error, requestId)),
  };
}

/** Elastic Load Balancing and Auto Scaling: the query protocol as most services speak it. */
const memberQuery = (actions: Readonly<Record<string, Action>>, namespace: string): Style =>
  query(
    actions,
    (name, made, requestId) => {
      const body =
        toXml(`${name}Result`, made, 'member') + toXml('ResponseMetadata', { RequestId: requestId }, 'member');
      return `<${name}Response xmlns="${namespace}">${body}</${name}Response>`;
    },
    ({ code, message, status }, requestId) =>
      toXml(
        'ErrorResponse',
        { Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message }, RequestId: requestId },
        'member',
      ),
  );

const ec2 = query(
  { ...privateLinkActions, ...networkActions },
  (name, made, requestId) => {
    const members = Object.entries({ requestId, ...(made as object) });
    const body = members.map(([key, value]) => toXml(key, value, 'item')).join('');
    return `<?xml version="1.0" encoding="UTF-8"?><${name}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${body}</${name}Response>`;
  },
  ({ code, message }, requestId) =>
    toXml('Response', { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId }, 'item'),
);

const kafka: Style = {
  async read({ method }, url) {
    return {
      name: url.pathname,
      run({ world, caller }) {
        const made = method === 'GET' ? kafkaAnswer(world, caller, url.pathname, new Map(url.searchParams)) : undefined;
        if (made === undefined) throw unknownOperation('NotFoundException', `${method} ${url.pathname}`);
        return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(made) };
      },
    };
  },
  refuse: ({ code, message }) => ({
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ message }),
  }),
};

/** JSON calls whose operation a field names: `X-Amz-Target: AmazonEC2ContainerServiceV20141113.ListServices`. */
const jsonCalls = (prefix: string, actions: Readonly<Record<string, JsonAction>>): Style => ({
  async read(request) {
    const target = String(request.headers['x-amz-target'] ?? '');
    const name = target.startsWith(`${prefix}.`) ? target.slice(prefix.length + 1) : '';
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action) throw unknownOperation('UnknownOperationException', target);
    const body = JSON.parse((await readBody(request)) || '{}') as Readonly<Record<string, unknown>>;
    return {
      name,
      run: ({ world, caller }) => ({
        headers: { 'content-type': 'application/x-amz-json-1.1' },
        body: JSON.stringify(action(world, caller, body)),
      }),
    };
  },
  refuse: ({ code, message }) => ({
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ __type: code, message }),
  }),
});

const s3: Style = {
  async read({ method }, url) {
    if (method !== 'GET') throw unknownOperation('MethodNotAllowed', `${method} ${url.pathname}`);
    return { name: 'GetObject', run: ({ world, caller }) => objectAnswer(world, caller, url.pathname) };
  },
  refuse: ({ code, message }, requestId) =>
    xml(toXml('Error', { Code: code, Message: message, RequestId: requestId }, 'member')),
};

/** By the service that a signature is for. */
const styles: Readonly<Record<string, Style>> = {
  ec2,
  elasticloadbalancing: memberQuery(balancingActions, 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/'),
  autoscaling: memberQuery(scalingActions, 'http://autoscaling.amazonaws.com/doc/2011-01-01/'),
  ecs: jsonCalls('AmazonEC2ContainerServiceV20141113', containerActions),
  kms: jsonCalls('TrentService', keyActions),
  secretsmanager: jsonCalls('secretsmanager', secretActions),
  kafka,
  s3,
};

async function serve(
  world: AwsWorld,
  accountOf: (accessKey: string) => string,
  before: (() => void) | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = world.ids.uuid();
  const scope = /Credential=([^/]+)\/\d+\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request/.exec(
    request.headers.authorization ?? '',
  );
  const [, key = '', region = '', service = ''] = scope ?? [];
  const style = (Object.hasOwn(styles, service) ? styles[service] : undefined) ?? ec2;
  const send = (status: number, { headers, body }: Answer): void => {
    response.writeHead(status, headers);
    response.end(body);
  };
  try {
    if (!scope) throw new AwsError('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
    const caller: Caller = {
      account: accountOf(key),
      region,
      partition: region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws',
    };
    before?.();
    const { name, run } = await style.read(request, new URL(request.url ?? '/', 'http://localhost'));
    const disturbed = world.disturb?.({ action: 'call', type: service, name });
    if (disturbed) throw disturbed;
    send(200, run({ world, caller, requestId }));
  } catch (error) {
    const refused = error instanceof AwsError ? error : new AwsError('InternalError', String(error), 500);
    send(refused.status, style.refuse(refused, requestId));
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyCapBytes)
      throw new AwsError('RequestEntityTooLarge', `A request may have ${bodyCapBytes} bytes`, 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
