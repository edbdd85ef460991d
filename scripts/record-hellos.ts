import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificateFor } from '../test/support/certificate.ts';
import { findTool } from '../test/tools.ts';

/**
 * `node scripts/record-hellos.ts [NAME…]`: records the first flight of real TLS clients into test/corpora/client-hello,
 * once and for all: the files are kept, this says how each was made. A client that is not installed is left out and its
 * old recording stays. What a recording must read as is written here by hand, from what the client was told to send.
 */
const name = 'orders.corp.example.com';
const folder = 'test/corpora/client-hello';
/** A client that has sent nothing for this long has sent its whole first flight. */
const quietMs = 500;

interface Recipe {
  readonly file: string;
  readonly tool: string;
  /** Prints the version in its first line. */
  readonly version: readonly string[];
  /** The program and its arguments; PORT stands for the recorder's port. */
  readonly run: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Source files that it needs in its working directory. */
  readonly files?: Readonly<Record<string, string>>;
  /** Answers `S` to an SSLRequest, which is not part of the recording. */
  readonly postgres?: boolean;
  /** Lets the client reach a real server, once without recording, so that the second time it resumes its session. */
  readonly resume?: { readonly first: readonly string[] };
  readonly expect: Expected;
}

interface Expected {
  readonly serverName?: string;
  readonly alpn: readonly string[];
  readonly hasEch?: boolean;
  /** The hello is longer than one Ethernet frame: it carries X25519MLKEM768. */
  readonly postQuantum?: boolean;
  /** Early data stands behind the hello. */
  readonly earlyData?: boolean;
}

const go = `package main
import ("crypto/tls";"os")
func main() { tls.Dial("tcp", "127.0.0.1:"+os.Args[1], &tls.Config{ServerName: "${name}", NextProtos: []string{"h2", "http/1.1"}}) }
`;
const java = `import javax.net.ssl.*; import java.net.*; import java.util.*;
public class Hello { public static void main(String[] a) throws Exception {
  var raw = new Socket("127.0.0.1", Integer.parseInt(a[0]));
  var tls = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(raw, "${name}", 443, true);
  var p = tls.getSSLParameters(); p.setServerNames(List.of(new SNIHostName("${name}"))); p.setApplicationProtocols(new String[] {"http/1.1"});
  tls.setSSLParameters(p); tls.startHandshake(); } }
`;
const jdbc = `public class Direct { public static void main(String[] a) throws Exception {
  java.sql.DriverManager.getConnection("jdbc:postgresql://${name}:" + a[0] + "/db?user=u&sslmode=require&sslNegotiation=direct"); } }
`;
const python = `import socket, ssl, sys
c = ssl.create_default_context(); c.set_alpn_protocols(["http/1.1"])
c.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1]))), server_hostname="${name}")`;
const node = `require("node:tls").connect({port:+process.argv[1],host:"127.0.0.1",servername:"${name}",ALPNProtocols:["h2"]}).on("error",()=>{})`;

const openssl = ['s_client', '-connect', '127.0.0.1:PORT'];
const jdbcJars = join(findTool('jdbc-jars') ?? '.', '*');

const recipes: readonly Recipe[] = [
  {
    file: 'openssl',
    tool: 'openssl',
    version: ['version'],
    run: [...openssl, '-servername', name, '-alpn', 'h2,http/1.1'],
    expect: { serverName: name, alpn: ['h2', 'http/1.1'] },
  },
  {
    file: 'openssl-no-name',
    tool: 'openssl',
    version: ['version'],
    run: [...openssl, '-noservername'],
    expect: { alpn: [] },
  },
  {
    file: 'openssl-tls12',
    tool: 'openssl',
    version: ['version'],
    run: [...openssl, '-servername', name.toUpperCase(), '-tls1_2'],
    expect: { serverName: name, alpn: [] },
  },
  {
    file: 'openssl-fragmented',
    tool: 'openssl',
    version: ['version'],
    run: [
      ...openssl,
      '-servername',
      name,
      '-max_send_frag',
      '512',
      '-alpn',
      Array.from({ length: 120 }, (_, i) => `protocol-${i}`).join(','),
    ],
    expect: { serverName: name, alpn: Array.from({ length: 120 }, (_, i) => `protocol-${i}`) },
  },
  {
    file: 'openssl-resumed',
    tool: 'openssl',
    version: ['version'],
    run: [...openssl, '-servername', name, '-sess_in', 'session'],
    resume: { first: [...openssl, '-servername', name, '-sess_out', 'session'] },
    expect: { serverName: name, alpn: [] },
  },
  {
    file: 'openssl-early-data',
    tool: 'openssl',
    version: ['version'],
    run: [...openssl, '-servername', name, '-sess_in', 'session', '-early_data', 'early.txt'],
    files: { 'early.txt': 'GET / HTTP/1.1\r\n\r\n' },
    resume: { first: [...openssl, '-servername', name, '-sess_out', 'session'] },
    expect: { serverName: name, alpn: [], earlyData: true },
  },
  {
    file: 'gnutls',
    tool: 'gnutls-cli',
    version: ['--version'],
    run: ['--insecure', '--port', 'PORT', '--sni-hostname', name, '--alpn', 'h2', '127.0.0.1'],
    expect: { serverName: name, alpn: ['h2'] },
  },
  {
    file: 'python',
    tool: 'python3',
    version: ['-c', 'import ssl,sys; print("Python", sys.version.split()[0], ssl.OPENSSL_VERSION)'],
    run: ['-c', python, 'PORT'],
    expect: { serverName: name, alpn: ['http/1.1'] },
  },
  {
    file: 'go',
    tool: 'go',
    version: ['version'],
    run: ['run', 'hello.go', 'PORT'],
    files: { 'hello.go': go },
    expect: { serverName: name, alpn: ['h2', 'http/1.1'], postQuantum: true },
  },
  {
    file: 'go-classic',
    tool: 'go',
    version: ['version'],
    run: ['run', 'hello.go', 'PORT'],
    env: { GODEBUG: 'tlsmlkem=0,tlssecpmlkem=0' },
    files: { 'hello.go': go },
    expect: { serverName: name, alpn: ['h2', 'http/1.1'] },
  },
  {
    file: 'java',
    tool: 'java',
    version: ['--version'],
    run: ['Hello.java', 'PORT'],
    files: { 'Hello.java': java },
    expect: { serverName: name, alpn: ['http/1.1'] },
  },
  {
    file: 'pgjdbc-direct',
    tool: 'java',
    version: ['--version'],
    run: ['-cp', jdbcJars, '-Djdk.net.hosts.file=hosts', 'Direct.java', 'PORT'],
    files: { 'Direct.java': jdbc, hosts: `127.0.0.1 ${name}\n` },
    expect: { serverName: name, alpn: ['postgresql'] },
  },
  {
    file: 'node',
    tool: 'node',
    version: ['-p', '"Node " + process.versions.node + " OpenSSL " + process.versions.openssl'],
    run: ['-e', node, 'PORT'],
    expect: { serverName: name, alpn: ['h2'], postQuantum: true },
  },
  {
    file: 'curl',
    tool: 'curl',
    version: ['--version'],
    run: ['-sk', '--max-time', '5', '--resolve', `${name}:PORT:127.0.0.1`, `https://${name}:PORT/`],
    expect: { serverName: name, alpn: ['h2', 'http/1.1'] },
  },
  {
    file: 'psql',
    tool: 'psql',
    version: ['--version'],
    run: [
      `host=${name} hostaddr=127.0.0.1 port=PORT sslmode=require user=u dbname=d connect_timeout=5`,
      '-c',
      'select 1',
    ],
    postgres: true,
    expect: { serverName: name, alpn: [] },
  },
  {
    file: 'chromium',
    tool: 'chromium',
    version: ['--version'],
    run: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--user-data-dir=profile',
      `--host-resolver-rules=MAP ${name} 127.0.0.1`,
      '--virtual-time-budget=2000',
      '--dump-dom',
      `https://${name}:PORT/`,
    ],
    expect: { serverName: name, alpn: ['h2', 'http/1.1'], hasEch: true, postQuantum: true },
  },
];

/** Takes one connection and gives what the client sends before it waits for an answer. */
async function record(recipe: Recipe, run: (port: number) => ChildProcess): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const child = run((server.address() as AddressInfo).port);
  const exit = once(child, 'close');
  await new Promise<void>((resolve) => {
    let taken = false;
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      // A browser opens several connections at once; the first is the recording.
      if (taken) return socket.destroy();
      taken = true;
      let asked = recipe.postgres !== true;
      let quiet: NodeJS.Timeout | undefined;
      socket.on('data', (chunk) => {
        clearTimeout(quiet);
        if (!asked) {
          asked = true;
          socket.write('S');
          return;
        }
        chunks.push(chunk);
        quiet = setTimeout(() => {
          socket.destroy();
          resolve();
        }, quietMs);
      });
    });
    child.once('close', () => resolve());
  });
  server.close();
  child.kill();
  await exit;
  return Buffer.concat(chunks);
}

/** A real server for clients that resume a session; gives its port. */
async function realServer(where: string): Promise<{ port: number; stop: () => void }> {
  const { cert, key } = await certificateFor(name);
  writeFileSync(join(where, 'cert.pem'), cert);
  writeFileSync(join(where, 'key.pem'), key);
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  const server = spawn(
    'openssl',
    ['s_server', '-accept', `127.0.0.1:${port}`, '-cert', 'cert.pem', '-key', 'key.pem', '-early_data'],
    {
      cwd: where,
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  await new Promise<void>((resolve) => {
    server.stdout.on('data', (text: Buffer) => {
      if (text.includes('ACCEPT')) resolve();
    });
  });
  return { port, stop: () => server.kill() };
}

async function make(recipe: Recipe): Promise<void> {
  const tool = findTool(recipe.tool);
  if (!tool) {
    process.stdout.write(`${recipe.file}: no ${recipe.tool} here\n`);
    return;
  }
  const where = mkdtempSync(join(tmpdir(), 'hello-'));
  try {
    for (const [file, text] of Object.entries(recipe.files ?? {})) writeFileSync(join(where, file), text);
    const start = (args: readonly string[], port: number): ChildProcess =>
      spawn(
        tool,
        args.map((arg) => arg.replaceAll('PORT', String(port))),
        {
          cwd: where,
          env: { ...process.env, ...recipe.env },
          stdio: ['pipe', 'ignore', 'ignore'],
        },
      );
    if (recipe.resume) {
      const server = await realServer(where);
      const first = start(recipe.resume.first, server.port);
      // The session ticket comes behind the handshake.
      setTimeout(() => first.stdin?.end('Q\n'), quietMs);
      await once(first, 'close');
      server.stop();
    }
    const bytes = await record(recipe, (port) => start(recipe.run, port));
    if (bytes.length === 0) throw new Error(`${recipe.file}: nothing was recorded`);
    const version = execFileSync(tool, recipe.version, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split(
      '\n',
    )[0];
    const hex = bytes.toString('hex').replace(/.{1,96}/g, '$&\n');
    writeFileSync(join(folder, `${recipe.file}.hex`), hex);
    const about = { client: version?.trim(), bytes: bytes.length, ...recipe.expect };
    writeFileSync(join(folder, `${recipe.file}.json`), `${JSON.stringify(about, null, 2)}\n`);
    process.stdout.write(`${recipe.file}: ${bytes.length} bytes, ${version}\n`);
  } finally {
    rmSync(where, { recursive: true, force: true });
  }
}

mkdirSync(folder, { recursive: true });
const wanted = process.argv.slice(2);
for (const recipe of recipes) if (wanted.length === 0 || wanted.includes(recipe.file)) await make(recipe);
