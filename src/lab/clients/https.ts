import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { type Client, type ClientResult, type ConnectionAttempt, codeIn, connectTls } from './client.ts';

/** node:http over verified TLS. */
export const https: Client = async (attempt) => {
  const { socket, certificate } = await connectTls(attempt);
  return get(attempt, socket, 443, whoami, certificate);
};

/** node:http without TLS. */
export const http: Client = async (attempt) => {
  const socket = attempt.socket();
  socket.connect(attempt.port, attempt.host);
  return get(attempt, socket, 80, whoami);
};

/** Lists the bucket in the host name. */
export const s3: Client = async (attempt) => {
  const { socket } = await connectTls(attempt);
  return get(attempt, socket, 443, (body) => /<ListBucketResult>.*<DisplayName>([^<]*)</.exec(body)?.[1]);
};

/** Bodies of the lab's servers and of refusals are short. */
const bodyCapBytes = 65_536;

async function get(
  attempt: ConnectionAttempt,
  socket: Socket,
  usualPort: number,
  serverIn: (body: string) => string | undefined,
  certificate?: string,
): Promise<ClientResult> {
  const host = (attempt.port as number) === usualPort ? attempt.host : `${attempt.host}:${attempt.port}`;
  const response = await new Promise<IncomingMessage>((done, failed) => {
    const sent = request({ createConnection: () => socket, headers: { host }, path: attempt.path }, done);
    sent.on('error', failed);
    sent.end();
  });
  let body = '';
  for await (const chunk of response) {
    body += String(chunk);
    if (body.length > bodyCapBytes) break;
  }
  socket.destroy();
  const status = response.statusCode ?? 0;
  const server = status === 200 ? serverIn(body) : undefined;
  if (server !== undefined) return { is: 'answer', server, status, ...(certificate ? { certificate } : {}) };
  const code = codeIn(body);
  return { is: 'refusal', how: `HTTP ${status} ${body.slice(0, 200).trim()}`, status, ...(code ? { code } : {}) };
}

function whoami(body: string): string | undefined {
  try {
    const { server } = JSON.parse(body) as { server?: unknown };
    return typeof server === 'string' ? server : undefined;
  } catch {
    return undefined;
  }
}
