import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { findTool } from '../tools.ts';
import { askJava, askPython, type Client, type ClientTask, withFiles } from './client.ts';
import { runClient } from './programs.ts';

const urlOf = ({ place, host, tls = true, path = '/' }: ClientTask): string =>
  `${tls ? 'https' : 'http'}://${host}:${place.port}${path}`;

const curl: Client = {
  title: 'curl',
  tools: ['curl'],
  ask: (tasks, certificates) =>
    withFiles({ ca: certificates }, ({ ca }) =>
      Promise.all(
        tasks.map(async (task) => {
          const resolve = `${task.host}:${task.place.port}:127.0.0.1`;
          const args = ['-sS', '-w', '%{stderr}%{http_code}', '--max-time', '10', '--cacert', ca, '--resolve', resolve];
          const { stdout, stderr } = await runClient(findTool('curl') ?? '', [...args, '--path-as-is', urlOf(task)]);
          if (/200$/.test(stderr)) return stdout.trim();
          return `error: ${/000$/.test(stderr) ? stderr.replace(/000$/, '').trim() : `${stderr} ${stdout.trim()}`}`;
        }),
      ),
    ),
};

/** Its own request in the tunnel, so that the answer says who is there. */
const openssl: Client = {
  title: 'openssl s_client',
  tools: ['openssl'],
  ask: (tasks, certificates) =>
    withFiles({ ca: certificates }, ({ ca }) =>
      Promise.all(
        tasks.map(async ({ place, host }) => {
          const where = ['-connect', `127.0.0.1:${place.port}`, '-servername', host, '-verify_hostname', host];
          const { stdout, stderr } = await runClient(
            findTool('openssl') ?? '',
            ['s_client', '-quiet', '-verify_quiet', '-verify_return_error', '-ign_eof', '-CAfile', ca, ...where],
            { input: `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n` },
          );
          return stdout.startsWith('HTTP/1.1 200')
            ? (stdout.split('\r\n\r\n')[1] ?? '').trim()
            : `error: ${stderr.trim()}`;
        }),
      ),
    ),
};

const python = (client: 'requests' | 'httpx' | 'aiohttp' | 'urllib' | 'openai'): Client => ({
  title: `Python ${client}`,
  tools: ['python-clients'],
  ask: (tasks, certificates) =>
    withFiles({ ca: certificates }, ({ ca }) =>
      askPython(
        'python_https.py',
        tasks.map((task) => ({ client, ca, url: urlOf(task) })),
      ),
    ),
});

const go: Client = {
  title: 'Go net/http',
  tools: ['go'],
  ask: (tasks, certificates) =>
    withFiles({ ca: certificates }, async ({ ca }) => {
      const { stdout, stderr } = await runClient(
        findTool('go') ?? '',
        ['run', 'test/interop/clients/https.go', ...tasks.map(urlOf)],
        { env: { CA: ca, GO111MODULE: 'off' } },
      );
      if (stdout === '') throw new Error(stderr);
      const lines = stdout.trim().split('\n');
      return lines.map((line) => line.replace(/^said /, '').replace(/^error /, 'error: '));
    }),
};

const java: Client = {
  title: 'Java HttpClient',
  tools: ['java'],
  ask: (tasks, certificates) =>
    askJava(
      'Https.java',
      tasks.map((task) => ({ host: task.host, args: [urlOf(task)] })),
      { certificates },
    ),
};

const node: Client = {
  title: 'Node https',
  tools: [],
  ask: (tasks, certificates) =>
    Promise.all(
      tasks.map(
        (task) =>
          new Promise<string>((resolve) => {
            const options = {
              agent: false as const,
              ca: certificates,
              lookup: (_name: string, { all }: { all?: boolean }, found: (...answer: unknown[]) => void) =>
                all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4),
            };
            const asking = (task.tls === false ? plainRequest : request)(urlOf(task), options as object, (response) => {
              let text = '';
              response.setEncoding('utf8');
              response.on('data', (part: string) => {
                text += part;
              });
              response.on('end', () =>
                resolve(response.statusCode === 200 ? text.trim() : `error: ${response.statusCode} ${text.trim()}`),
              );
            });
            asking.on('error', (error) => resolve(`error: ${error.message.trim()}`));
            asking.end();
          }),
      ),
    ),
};

export const httpsClients: readonly Client[] = [curl, openssl, python('requests'), python('httpx'), go, java, node];
/** Those that speak HTTP without TLS as well. */
export const httpClients: readonly Client[] = [curl, python('requests'), python('httpx'), go, java, node];
/** Those that inspected names are tried with besides. */
export const moreHttpsClients: readonly Client[] = [python('aiohttp'), python('urllib'), python('openai')];
