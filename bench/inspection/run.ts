/**
 * Inspection beside nginx, HAProxy and mitmproxy, one after the other on this machine, each with one worker: it ends TLS, reads the
 * request, opens verified TLS to the same origin, and writes a log line. What counts is CPU time of the proxy for each request. Prints a
 * table; `--write` puts it into bench/inspection/RESULTS.md.
 *
 * LAKEGATE_MITMDUMP=.venv/bin/mitmdump node bench/inspection/run.ts [--quick] [--write] [--rounds N] [--only NAME,NAME]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cpuSeconds, freePort, listening, median, memoryKb, start, stop } from '../processes.ts';
import { benchName, writeCertificates } from './certificates.ts';
import { type Origins, originCommand, type Program, peersIn } from './peers.ts';

const here = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), 'lakegate-bench-'));

// Load generators resolve the name by the hosts file: this process runs again where that is another file, for itself alone.
if (process.env.LAKEGATE_BENCH_HOSTS === undefined) {
  const hosts = join(folder, 'hosts');
  writeFileSync(hosts, `127.0.0.1 localhost ${benchName}\n`);
  const inside = `mount --bind "$LAKEGATE_BENCH_HOSTS" /etc/hosts && exec "$@"`;
  const again = ['--map-root-user', '--mount', 'sh', '-c', inside, 'sh', process.execPath, ...process.argv.slice(1)];
  const { status } = spawnSync('unshare', again, {
    stdio: 'inherit',
    env: { ...process.env, LAKEGATE_BENCH_HOSTS: hosts },
  });
  rmSync(folder, { recursive: true });
  process.exit(status ?? 1);
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
});
/** Whether a proxy is measured: all are, or those that `--only` names, with commas between. */
const isWanted = (name: string): boolean => values.only?.split(',').some((part) => name.startsWith(part)) ?? true;
const seconds = values.quick ? 3 : 5;
const rounds = values.quick ? 1 : Number(values.rounds);

interface Load {
  readonly name: string;
  readonly protocol: keyof Origins;
  /** What a figure is for, and how many of them a request is worth. */
  readonly unit: string;
  readonly worth: number;
  readonly command: (url: string, seconds: number) => readonly string[];
}

const wrk =
  (connections: number, file: string, ...more: readonly string[]) =>
  (url: string, time: number): readonly string[] => [
    'wrk',
    '-t1',
    `-c${connections}`,
    `-d${time}s`,
    ...more,
    `${url}/${file}`,
  ];

const loads: readonly Load[] = [
  { name: 'HTTP/1.1, kept alive', protocol: 'http1', unit: 'µs per request', worth: 1e-6, command: wrk(32, '1k') },
  {
    name: 'new connections',
    protocol: 'http1',
    unit: 'µs per connection',
    worth: 1e-6,
    command: wrk(16, '1k', '-H', 'Connection: close'),
  },
  {
    name: 'HTTP/2, 8 × 16 streams',
    protocol: 'http2',
    unit: 'µs per request',
    worth: 1e-6,
    command: (url, time) => ['h2load', '-t1', '-c8', '-m16', '-D', String(time), `${url}/1k`],
  },
  {
    name: 'bodies of 10 MiB',
    protocol: 'http1',
    unit: 'CPU s per GB',
    worth: 10 * 1024 * 1024 * 1e-9,
    command: wrk(4, '10m'),
  },
];

/** Requests that a load made in time. Throws where some failed: a proxy that refuses is fast. */
function run({ command }: Load, url: string, time: number): number {
  const [program = '', ...args] = command(url, time);
  const text = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const wrong = /Non-2xx[^\n]*|Socket errors: [^\n]*|[1-9]\d* (failed|errored)/.exec(text)?.[0];
  const done = /(\d+) requests in|(\d+) succeeded/.exec(text);
  const count = Number(done?.[1] ?? done?.[2] ?? 0);
  if (count === 0 || (wrong && !/connect 0, read \d+, write 0, timeout 0/.test(wrong)))
    throw new Error(`${program}: ${wrong ?? text}`);
  return count;
}

/** What one request of a load costs a fresh process of the proxy, in the load's unit; and its memory at the end. */
async function measure(proxy: Program, load: Load, origins: Origins) {
  const port = await freePort();
  const command = proxy.command(load.protocol, port, origins);
  if (!command) return undefined;
  const child = await start(command, proxy.saysReady);
  try {
    await listening(port);
    const pid = child.pid ?? 0;
    const url = `https://${benchName}:${port}`;
    run(load, url, 3); // code is compiled, pools and ticket caches are filled
    const before = cpuSeconds(pid);
    const count = run(load, url, seconds);
    return { cost: (cpuSeconds(pid) - before) / count / load.worth, memoryKb: memoryKb(pid) };
  } finally {
    await stop(child);
  }
}

const versionOf = (program: string, ...args: readonly string[]): string | undefined => {
  try {
    return /\d+\.\d+\.\d+/.exec(execFileSync(program, args, { encoding: 'utf8' }))?.[0];
  } catch {
    return undefined;
  }
};

await writeCertificates(folder);
const origins: Origins = { http1: await freePort(), http2: await freePort() };
const lakegate: Program = {
  name: 'lakegate',
  saysReady: true,
  command: (protocol, port, { [protocol]: origin }) => [
    process.execPath,
    join(here, 'engine.ts'),
    String(port),
    String(origin),
    folder,
  ],
};
const bareNode: Program = {
  name: 'Node, bytes only',
  saysReady: true,
  command: (protocol, port, { [protocol]: origin }) => [
    process.execPath,
    join(here, 'bare-node.ts'),
    String(port),
    String(origin),
    folder,
    protocol === 'http2' ? 'h2' : 'http/1.1',
  ],
};
const mitmproxy = process.env.LAKEGATE_MITMDUMP && versionOf(process.env.LAKEGATE_MITMDUMP, '--version');
const proxies = [...peersIn(folder, mitmproxy || undefined), bareNode, lakegate].filter(({ name }) => isWanted(name));
const origin = await start(originCommand(folder, origins), false);
await listening(origins.http2);
const costs = new Map<string, number[]>();
const key = (load: Load, proxy: Program): string => `${load.name}, ${proxy.name}`;
for (let round = 0; round < rounds; round++)
  for (const load of loads)
    for (const proxy of proxies) {
      const figure = await measure(proxy, load, origins);
      if (!figure) continue;
      costs.set(key(load, proxy), [...(costs.get(key(load, proxy)) ?? []), figure.cost]);
      process.stderr.write(
        `round ${round + 1}  ${key(load, proxy)}: ${figure.cost.toFixed(2)} ${load.unit}, ${Math.round(figure.memoryKb / 1024)} MB\n`,
      );
    }
await stop(origin);
rmSync(folder, { recursive: true });

const rowOf = (load: Load): string => {
  const ours = median(costs.get(key(load, lakegate)) ?? []);
  const cells = proxies.map((proxy) => {
    const all = costs.get(key(load, proxy));
    if (!all) return '–';
    const middle = median(all);
    const digits = middle < 10 ? 2 : 0;
    const spread = ((Math.max(...all) - Math.min(...all)) / middle) * 50;
    return `${middle.toFixed(digits)} ±${spread.toFixed(0)} %${proxy === lakegate ? '' : ` (${(middle / ours).toFixed(2)}×)`}`;
  });
  return `| ${load.name}, ${load.unit} | ${cells.join(' | ')} |`;
};
const table = [
  `| CPU | ${proxies.map(({ name }) => name).join(' | ')} |`,
  `|---${'|---'.repeat(proxies.length)}|`,
  ...loads.map(rowOf),
].join('\n');
process.stdout.write(`${table}\n`);
if (values.write)
  writeFileSync(
    join(here, 'RESULTS.md'),
    `# Inspection benchmark

Made by \`node bench/inspection/run.ts --write\` on ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}, with the distribution's nginx and HAProxy;
medians of ${rounds} rounds of ${seconds} s after a warm-up, ± half the span. In brackets: how many times our CPU time it takes.
CPU is the user and system time of the proxy alone, so a busy machine changes it little.

${table}

Each proxy runs one worker, ends TLS with a P-256 certificate, verifies the origin (nginx, static files), and writes an access log line.
lakegate judges each path by two patterns, records flows (1,000 in a second at most) and issues the certificate itself.
nginx speaks HTTP/1.1 only to upstreams, so it has no figure for HTTP/2.

To repeat: \`apt-get install nginx haproxy wrk nghttp2-client\`, mitmproxy in a virtual environment whose \`mitmdump\` \`LAKEGATE_MITMDUMP\` names, then the command above.
`,
  );
