/**
 * The node engine beside nginx stream (ssl_preread) and HAProxy, one after the other on this machine, each with one
 * worker, PROXY v2 and a route by SNI. Prints a table; `--write` puts it into bench/router/RESULTS.md.
 *
 * node bench/router/run.ts [--quick] [--write] [--rounds N]
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cpuSeconds, freePort, median, memoryKb, start, stop } from '../processes.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
  },
});
const scale = values.quick
  ? { gigabytes: 1, connections: 3000, seconds: 2, idle: 2000 }
  : { gigabytes: 4, connections: 20_000, seconds: 10, idle: 10_000 };
/** A router holds two descriptors for each connection, and HAProxy sets some aside. */
const filesMax = Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1024);
const idle = Math.min(scale.idle, Math.floor((filesMax - 2000) / 2.2));
const rounds = values.quick ? 1 : Number(values.rounds);
const echoesPerSecond = 500;
const here = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), 'lakegate-bench-'));

interface Proxy {
  readonly name: string;
  readonly command: (port: number, upstream: number) => readonly string[];
  /** Says so on standard error when it listens; others are asked. */
  readonly saysReady: boolean;
}

const nginxConf = (port: number, upstream: number): string => `
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
daemon off; master_process off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log error;
events { worker_connections ${2 * idle + 1000}; }
stream {
  map $ssl_preread_server_name $to { bench.test 127.0.0.1:${upstream}; default ""; }
  log_format line '$time_iso8601 $proxy_protocol_addr $ssl_preread_server_name $upstream_addr $bytes_sent $bytes_received $session_time';
  access_log /dev/null line;
  server {
    listen 127.0.0.1:${port} proxy_protocol backlog=4096;
    ssl_preread on; tcp_nodelay on; proxy_socket_keepalive on;
    proxy_pass $to;
  }
}
`;

const haproxyConf = (port: number, upstream: number): string => `
global
  nbthread 1
  maxconn ${idle + 200}
  maxpipes 100
  log stdout format raw local0
defaults
  mode tcp
  log global
  option tcplog
  option splice-auto
  option clitcpka
  option srvtcpka
  timeout connect 10s
  timeout client 1h
  timeout server 1h
frontend f
  bind 127.0.0.1:${port} accept-proxy backlog 4096
  tcp-request inspect-delay 5s
  tcp-request content accept if { req.ssl_hello_type 1 }
  use_backend b if { req.ssl_sni -i bench.test }
backend b
  server s 127.0.0.1:${upstream}
`;

const written = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const [nginx, haproxy] = ['/usr/sbin/nginx', '/usr/sbin/haproxy'].map((path) => (existsSync(path) ? path : undefined));
const proxies: readonly Proxy[] = [
  ...(nginx
    ? [
        {
          name: 'nginx',
          command: (port: number, up: number) => [nginx, '-c', written('nginx.conf', nginxConf(port, up))],
          saysReady: false,
        },
      ]
    : []),
  ...(haproxy
    ? [
        {
          name: 'haproxy',
          command: (port: number, up: number) => [haproxy, '-db', '-f', written('haproxy.cfg', haproxyConf(port, up))],
          saysReady: false,
        },
      ]
    : []),
  {
    name: 'lakegate',
    command: (port, up) => [process.execPath, join(here, 'engine.ts'), String(port), String(up)],
    saysReady: true,
  },
];

/** Runs one load to its end; what it printed. */
function load(...args: readonly (string | number)[]): Promise<Record<string, number>> {
  const child = spawn(process.execPath, [join(here, 'load.ts'), ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) =>
      code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`load ended with ${code}`)),
    );
  });
}

interface Figures {
  cpuPerGb: number;
  cpuMicrosPerConnection: number;
  p50Ms: number;
  p99Ms: number;
  kbPerIdle: number;
}

/** Work on a fresh process of the router; it is gone afterwards. */
async function withRouter<T>(
  proxy: Proxy,
  upstream: number,
  work: (port: number, pid: number) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const child = await start(proxy.command(port, upstream), proxy.saysReady);
  try {
    return await work(port, child.pid ?? 0);
  } finally {
    await stop(child);
  }
}

async function measure(proxy: Proxy, upstream: number): Promise<Figures> {
  const cpuDuring = async (pid: number, work: () => Promise<unknown>): Promise<number> => {
    const before = cpuSeconds(pid);
    await work();
    return cpuSeconds(pid) - before;
  };
  const busy = await withRouter(proxy, upstream, async (port, pid) => {
    await load('connections', port, 1000); // code is compiled, pools are filled
    const connections = await cpuDuring(pid, () => load('connections', port, scale.connections));
    await load('bulk', port, 0.2);
    const bulk = await cpuDuring(pid, () => load('bulk', port, scale.gigabytes));
    const { p50Ms = 0, p99Ms = 0 } = await load('latency', port, scale.seconds, echoesPerSecond);
    return { connections, bulk, p50Ms, p99Ms };
  });
  // In a process of its own: what was used and freed before would hide what idle connections take.
  const kbPerIdle = await withRouter(proxy, upstream, async (port, pid) => {
    await load('connections', port, 100);
    const before = memoryKb(pid);
    const idlers = await start([process.execPath, join(here, 'load.ts'), 'idle', String(port), String(idle)], true);
    const after = memoryKb(pid);
    await stop(idlers);
    return (after - before) / idle;
  });
  return {
    cpuPerGb: busy.bulk / scale.gigabytes,
    cpuMicrosPerConnection: (busy.connections * 1e6) / scale.connections,
    p50Ms: busy.p50Ms,
    p99Ms: busy.p99Ms,
    kbPerIdle,
  };
}

const backendPort = await freePort();
const backend = await start([process.execPath, join(here, 'backend.ts'), String(backendPort)], true);
const direct = await load('latency', backendPort, scale.seconds, echoesPerSecond).catch(() => undefined);
const results = new Map<string, Figures[]>();
for (let round = 0; round < rounds; round++)
  for (const proxy of proxies) {
    const figures = await measure(proxy, backendPort);
    results.set(proxy.name, [...(results.get(proxy.name) ?? []), figures]);
    process.stderr.write(`round ${round + 1} ${proxy.name} ${JSON.stringify(figures)}\n`);
  }
await stop(backend);
rmSync(folder, { recursive: true });

const middle = (name: string, of: (figures: Figures) => number): number => median((results.get(name) ?? []).map(of));
const ratio = (name: string, of: (figures: Figures) => number): string =>
  results.has('nginx') ? `${(middle(name, of) / middle('nginx', of)).toFixed(2)}×` : '–';
const rows = [...results.keys()].map((name) => {
  const gb = (f: Figures) => f.cpuPerGb;
  const connection = (f: Figures) => f.cpuMicrosPerConnection;
  return `| ${name} | ${middle(name, gb).toFixed(2)} | ${ratio(name, gb)} | ${middle(name, connection).toFixed(0)} | ${ratio(name, connection)} | ${(middle(name, (f) => f.p50Ms) - (direct?.p50Ms ?? 0)).toFixed(3)} | ${(middle(name, (f) => f.p99Ms) - (direct?.p99Ms ?? 0)).toFixed(3)} | ${middle(name, (f) => f.kbPerIdle).toFixed(1)} |`;
});
const table = [
  '| router | CPU s per GB | to nginx | CPU µs per connection | to nginx | added p50 ms | added p99 ms | KB per idle connection |',
  '|---|---|---|---|---|---|---|---|',
  ...rows,
].join('\n');
process.stdout.write(`${table}\n`);
if (values.write) {
  const versions = readdirSync('/usr/sbin').filter((name) => name === 'nginx' || name === 'haproxy');
  writeFileSync(
    join(here, 'RESULTS.md'),
    `# Router benchmark

Made by \`node bench/router/run.ts --write\` on ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}, with the distribution's ${versions.join(' and ')};
medians of ${rounds} rounds, ${scale.gigabytes} GB, ${scale.connections} connections, ${scale.seconds} s of ${echoesPerSecond} echoes per second, ${idle} idle connections.
CPU is the router process's own user and system time, so a busy machine changes it little; latencies are less the direct connection's.

${table}

To repeat: \`apt-get install nginx libnginx-mod-stream haproxy\`, then the command above. Nothing else should run meanwhile; 20,000 descriptors
for each process must be allowed (\`ulimit -n\`). Each router runs one worker, takes a PROXY v2 header, reads the SNI and logs a line for each connection.
Memory is that of the process; socket buffers of the kernel are the same for all.
`,
  );
}
