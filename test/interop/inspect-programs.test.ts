import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NodeUnderTest, startNodeAtPort } from '../conformance/engines.ts';
import { setupOf } from '../conformance/setup.ts';
import { type HttpsBackend, httpsBackend, inspectionCa, serverCa } from '../support/inspected.ts';
import { findTool, testWith } from '../tools.ts';
import { endServer, runClient } from './programs.ts';

/** Programs as notebooks run them, at an inspected name: git, pip, uv, a browser, WebSockets. They resolve names by a hosts file of their own. */
const longMs = 120_000;
const host = 'apis.corp.test';
const folder = mkdtempSync(join(tmpdir(), 'lakegate-programs-'));
const www = join(folder, 'www');
const ca = join(folder, 'ca.pem');
const hosts = join(folder, 'hosts');

const closing: (() => Promise<unknown>)[] = [];
let files: HttpsBackend;
let router: NodeUnderTest;
let base = '';

/** Root needs no user namespace for a mount namespace; others get one, where the system lets them. */
const unshare = ['unshare', process.getuid?.() === 0 ? '-m' : '-rm'];
const mayMount = spawnSync(unshare[0] ?? '', [...unshare.slice(1), 'true']).status === 0;
const testMounted = (...tools: readonly string[]) => (mayMount ? testWith(...tools) : test.skip);

beforeAll(async () => {
  mkdirSync(www);
  const inspection = await inspectionCa(['corp.test']);
  const servers = await serverCa();
  const identity = await servers.issue(host);
  writeFileSync(ca, inspection.rootPem);
  writeFileSync(hosts, `127.0.0.1 localhost ${host}\n`);
  files = await httpsBackend(host, identity, serveFiles);
  closing.push(files.close);
  const sockets = await webSockets(identity);
  const route = (path: string, to: number, deny: readonly string[] = []) => ({
    ...{ name: host, path, to, action: { tls: 'inspect' as const, paths: { allow: [], deny } } },
    upstream: { tls: { name: host as never, ca: [servers.pem] } },
  });
  const routes = [
    route('/git', files.port, ['/git/secret.git/**']),
    route('/simple', files.port),
    route('/page', files.port),
    ...(sockets === undefined ? [] : [route('/socket', sockets, ['/socket/admin/**'])]),
  ];
  router = await startNodeAtPort(
    'l',
    (clientPort) =>
      setupOf([{ key: 'l', speaks: ['tls'], identity: { by: 'listener', nccs: ['n-1'] }, routes, clientPort }]),
    { issuer: inspection },
  );
  closing.push(() => router.close());
  base = `https://${host}:${router.addressOf('l').port}`;
}, longMs);
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  rmSync(folder, { recursive: true });
}, longMs);

/** Static files; folders as an index of links, as pip and uv read them. */
const serveFiles: RequestListener = (request, response) => {
  const path = join(www, normalize(decodeURIComponent(new URL(request.url ?? '/', base).pathname)));
  request.resume();
  if (!existsSync(path)) {
    response.statusCode = 404;
    response.end();
  } else if (statSync(path).isDirectory()) {
    response.setHeader('content-type', 'text/html');
    response.end(
      readdirSync(path)
        .map((name) => `<a href="${name}">${name}</a>`)
        .join('\n'),
    );
  } else response.end(readFileSync(path));
};

async function webSockets(identity: { readonly cert: string; readonly key: string }): Promise<number | undefined> {
  const python = findTool('python-clients');
  if (python === undefined) return undefined;
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  writeFileSync(cert, identity.cert);
  writeFileSync(key, identity.key, { mode: 0o600 });
  const server = spawn(python, ['test/interop/clients/python_websocket.py', 'serve', cert, key], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  closing.push(() => endServer(server));
  const [port] = (await once(server.stdout, 'data')) as [Buffer];
  return Number(port);
}

/** What the machine may have set about trust would count before what the test gives. */
const noOtherTrust = { REQUESTS_CA_BUNDLE: '', CURL_CA_BUNDLE: '', SSL_CERT_FILE: '', SSL_CERT_DIR: '', PIP_CERT: '' };

/** Runs a program in a mount namespace in which the name leads to loopback. */
const run = (command: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runClient(
    unshare[0] ?? '',
    [...unshare.slice(1), 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', hosts, ...command],
    { env: { ...noOtherTrust, HOME: folder, ...env }, cwd: folder },
  );

testMounted('git')(
  'git clones through the router, and is told of a path that is denied',
  async () => {
    const git = findTool('git') ?? '';
    const work = join(folder, 'work');
    for (const args of [
      ['init', '-q', '-b', 'main', work],
      ['-C', work, '-c', 'user.name=t', '-c', 'user.email=t@t.test', 'commit', '-q', '--allow-empty', '-m', 'first'],
    ])
      expect((await runClient(git, args)).stderr).toBe('');
    for (const name of ['open.git', 'secret.git']) {
      const bare = join(www, 'git', name);
      await runClient(git, ['clone', '-q', '--bare', work, bare]);
      await runClient(git, ['-C', bare, 'update-server-info']);
    }
    const env = { GIT_SSL_CAINFO: ca };
    const cloned = await run([git, 'clone', '-q', `${base}/git/open.git`, join(folder, 'cloned')], env);
    expect(cloned).toMatchObject({ status: 0, stderr: '' });
    const log = await runClient(git, ['-C', join(folder, 'cloned'), 'log', '--format=%s']);
    expect(log.stdout).toBe('first\n');
    const denied = await run([git, 'clone', '-q', `${base}/git/secret.git`, join(folder, 'denied')], env);
    expect(denied).toMatchObject({ status: 128, stderr: expect.stringContaining('403') });
    const untrusting = await run([git, 'clone', '-q', `${base}/git/open.git`, join(folder, 'untrusted')]);
    expect(untrusting).toMatchObject({ status: 128, stderr: expect.stringContaining('certificate') });
  },
  longMs,
);

/** A package with one module, as an index has it. */
async function publish(): Promise<void> {
  const into = join(www, 'simple', 'tiny');
  if (existsSync(into)) return;
  mkdirSync(into, { recursive: true });
  const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1] + "/tiny-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("tiny.py", "answer = 42\\n")
    wheel.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n")
    wheel.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("tiny-1.0.dist-info/RECORD", "tiny.py,,\\ntiny-1.0.dist-info/METADATA,,\\ntiny-1.0.dist-info/WHEEL,,\\ntiny-1.0.dist-info/RECORD,,\\n")
`;
  expect((await runClient(findTool('python-clients') ?? '', ['-c', script, into])).stderr).toBe('');
}

testMounted('python-clients')(
  'pip installs from an inspected index',
  async () => {
    await publish();
    const into = join(folder, 'by-pip');
    const pip = [
      findTool('python-clients') ?? '',
      '-m',
      'pip',
      '--isolated',
      '--no-input',
      '--disable-pip-version-check',
    ];
    const wanted = ['install', '--no-cache-dir', '--index-url', `${base}/simple`, '--target', into, 'tiny'];
    const done = await run([...pip, '--cert', ca, ...wanted]);
    expect(done.status, done.stderr).toBe(0);
    expect(readFileSync(join(into, 'tiny.py'), 'utf8')).toBe('answer = 42\n');
    rmSync(into, { recursive: true });
    const untrusting = await run([...pip, '--retries', '0', ...wanted]);
    expect(untrusting).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/No matching distribution|certificate/),
    });
    expect(existsSync(join(into, 'tiny.py'))).toBe(false);
  },
  longMs,
);

testMounted('uv', 'python-clients')(
  'uv (rustls) installs from an inspected index',
  async () => {
    await publish();
    const into = join(folder, 'by-uv');
    const uv = [findTool('uv') ?? '', '--no-config', '--no-cache', '--no-progress', 'pip', 'install'];
    const wanted = [
      '--python',
      findTool('python-clients') ?? '',
      '--index-url',
      `${base}/simple`,
      '--target',
      into,
      'tiny',
    ];
    const done = await run([...uv, ...wanted], { SSL_CERT_FILE: ca, UV_HTTP_RETRIES: '0' });
    expect(done.status, done.stderr).toBe(0);
    expect(readFileSync(join(into, 'tiny.py'), 'utf8')).toBe('answer = 42\n');
    rmSync(into, { recursive: true });
    const untrusting = await run([...uv, ...wanted], { UV_HTTP_RETRIES: '0' });
    expect(untrusting).toMatchObject({ status: expect.any(Number), stderr: expect.stringMatching(/certificate/i) });
    expect(existsSync(join(into, 'tiny.py'))).toBe(false);
  },
  longMs,
);

testWith('python-clients')(
  'WebSockets: messages pass both ways, and a denied path gets no connection',
  async () => {
    const ask = (path: string) =>
      runClient(findTool('python-clients') ?? '', [
        'test/interop/clients/python_websocket.py',
        'ask',
        `${base.replace('https', 'wss')}${path}`,
        ca,
      ]);
    expect((await ask('/socket/chat')).stdout).toBe('said /socket/chat 100000\n');
    expect((await ask('/socket/admin/x')).stdout).toMatch(/^error InvalidStatus .*403/);
  },
  longMs,
);

testMounted('chromium', 'certutil')(
  'Chromium trusts the root and shows the page',
  async () => {
    mkdirSync(join(www, 'page'), { recursive: true });
    writeFileSync(join(www, 'page', 'index.html'), '<title>reached</title>');
    const browse = async (home: string) => {
      const options = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--dump-dom'];
      const profile = `--user-data-dir=${join(home, 'profile')}`;
      return run([findTool('chromium') ?? '', ...options, profile, `${base}/page/index.html`], { HOME: home });
    };
    const [trusting, other] = [join(folder, 'trusting'), join(folder, 'other')];
    for (const home of [trusting, other]) mkdirSync(join(home, '.pki', 'nssdb'), { recursive: true });
    const store = `sql:${join(trusting, '.pki', 'nssdb')}`;
    const certutil = findTool('certutil') ?? '';
    expect((await runClient(certutil, ['-d', store, '-N', '--empty-password'])).status).toBe(0);
    const add = ['-A', '-t', 'C,,', '-n', 'root', '-i', ca];
    expect((await runClient(certutil, ['-d', store, ...add])).status).toBe(0);
    expect((await browse(trusting)).stdout).toContain('<title>reached</title>');
    expect((await browse(other)).stdout).not.toContain('reached');
  },
  longMs,
);
