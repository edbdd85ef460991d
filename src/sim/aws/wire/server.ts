import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError } from '../errors.ts';
import type { AwsWorld, Caller } from '../world.ts';
import { ec2Actions } from './ec2.ts';
import { elbActions } from './elb.ts';
import type { Form } from './form.ts';
import { kafkaAnswer } from './kafka.ts';
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
 * Serves the world on loopback as EC2, Elastic Load Balancing and MSK do: query calls with XML answers, REST with JSON.
 * Signatures are not verified, since no secret is known here; that a call is signed, and for which region, is.
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

type Style = 'ec2' | 'elasticloadbalancing' | 'kafka';

async function serve(
  world: AwsWorld,
  accountOf: (accessKey: string) => string,
  before: (() => void) | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = world.ids.uuid();
  let style: Style = 'ec2';
  try {
    const scope = /Credential=([^/]+)\/\d+\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request/.exec(
      request.headers.authorization ?? '',
    );
    const [, key = '', region = '', service = ''] = scope ?? [];
    style = service === 'elasticloadbalancing' || service === 'kafka' ? service : 'ec2';
    if (!scope) throw new AwsError('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
    const caller: Caller = {
      account: accountOf(key),
      region,
      partition: region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws',
    };
    before?.();
    const url = new URL(request.url ?? '/', 'http://localhost');
    const disturbed = world.disturb?.({ action: 'call', type: style });
    if (disturbed) throw disturbed;
    if (style === 'kafka') {
      const made =
        request.method === 'GET' ? kafkaAnswer(world, caller, url.pathname, new Map(url.searchParams)) : undefined;
      if (made === undefined)
        throw new AwsError('NotFoundException', `No operation is known at ${request.method} ${url.pathname}`, 404);
      send(response, 200, 'application/json', JSON.stringify(made));
      return;
    }
    const form: Form = new Map(new URLSearchParams(await readBody(request)));
    send(response, 200, 'text/xml', queryAnswer(world, caller, style, form, requestId));
  } catch (error) {
    const refused = error instanceof AwsError ? error : new AwsError('InternalError', String(error), 500);
    sendError(response, style, refused, requestId);
  }
}

function queryAnswer(
  world: AwsWorld,
  caller: Caller,
  style: 'ec2' | 'elasticloadbalancing',
  form: Form,
  requestId: string,
): string {
  const name = form.get('Action') ?? '';
  const run = (style === 'ec2' ? ec2Actions : elbActions)[name];
  if (!run) throw new AwsError('InvalidAction', `The action ${name} is not valid for this web service.`);
  const made = run(world, caller, form);
  if (style === 'ec2') {
    const body =
      toXml('requestId', requestId, 'item') +
      Object.entries(made as object)
        .map(([key, value]) => toXml(key, value, 'item'))
        .join('');
    return `<?xml version="1.0" encoding="UTF-8"?><${name}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${body}</${name}Response>`;
  }
  const body = toXml(`${name}Result`, made, 'member') + toXml('ResponseMetadata', { RequestId: requestId }, 'member');
  return `<${name}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">${body}</${name}Response>`;
}

function sendError(response: ServerResponse, style: Style, error: AwsError, requestId: string): void {
  const { code, message, status } = error;
  if (style === 'kafka') {
    response.setHeader('x-amzn-errortype', code);
    send(response, status, 'application/json', JSON.stringify({ message, invalidParameter: undefined }));
    return;
  }
  const detail = { Code: code, Message: message };
  const body =
    style === 'ec2'
      ? toXml('Response', { Errors: { Error: detail }, RequestID: requestId }, 'item')
      : toXml(
          'ErrorResponse',
          { Error: { Type: status < 500 ? 'Sender' : 'Receiver', ...detail }, RequestId: requestId },
          'member',
        );
  send(response, status, 'text/xml', body);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
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
