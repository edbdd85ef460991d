/**
 * CPU of a router process per inspected request over HTTP/1.1 with keep-alive, with each request recorded (heads, ring,
 * counts) and with none, in one run and by turns. Prints medians; `--write` puts them into flows.md.
 *
 * node bench/inspection/flows.ts [--write] [--slices N] [--requests N]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { parseArgs } from 'node:util';
import { recorderAlone } from './recorder-alone.ts';

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    slices: { type: 'string', default: '30' },
    requests: { type: 'string', default: '4000' },
  },
});
const [slices, requests] = [Number(values.slices), Number(values.requests)];
const connections = 32;
const module = join(import.meta.dirname, 'flows-router.ts');
const told = async <T>(child: ChildProcess): Promise<T> => ((await once(child, 'message')) as [T])[0];

const head = [
  'GET /v1/orders?page=2&access_token=abcdef HTTP/1.1',
  'Host: orders.test',
  'User-Agent: python-requests/2.32.3',
  'Accept-Encoding: gzip, deflate',
  'Accept: */*',
  'Connection: keep-alive',
  `Authorization: Bearer ${'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9'.repeat(4)}`,
  'X-Request-Id: 7b0c1ad2-9c3c-4d3a-a4a6-8f8a8f8a8f8a',
].join('\r\n');
const request = `${head}\r\n\r\n`;
const bodyBytes = 1024;

/** One client that asks and reads until it has asked so many times. */
async function load(socket: TLSSocket, times: number): Promise<void> {
  let text = '';
  for (let i = 0; i < times; i++) {
    socket.write(request);
    for (;;) {
      const end = text.indexOf('\r\n\r\n');
      // The backend answers in one chunk of 0x400 bytes.
      const size = end < 0 ? undefined : /content-length/i.test(text.slice(0, end)) ? bodyBytes : bodyBytes + 5 + 2 + 5;
      if (size !== undefined && text.length >= end + 4 + size) {
        text = text.slice(end + 4 + size);
        break;
      }
      text += ((await once(socket, 'data')) as [Buffer])[0].toString('latin1');
    }
  }
}

interface Measured {
  readonly cpuUs: number;
  readonly recorded: number;
  readonly rssMb: number;
}

const alone = recorderAlone(9);
const backend = fork(module, ['backend']);
const router = fork(module, ['router']);
router.send(await told<object>(backend));
const { port, root } = await told<{ port: number; root: string }>(router);
const sockets: TLSSocket[] = [];
for (let i = 0; i < connections; i++) {
  const socket = connect({ host: '127.0.0.1', port, servername: 'orders.test', ca: root, ALPNProtocols: ['http/1.1'] });
  await once(socket, 'secureConnect');
  sockets.push(socket);
}

async function measure(isOn: boolean): Promise<Measured> {
  router.send({ isOn });
  return told(router);
}

/** CPU microseconds per request. */
async function slice(isOn: boolean): Promise<number> {
  const before = await measure(isOn);
  await Promise.all(sockets.map((socket) => load(socket, requests / connections)));
  return ((await measure(isOn)).cpuUs - before.cpuUs) / requests;
}

for (let i = 0; i < 6; i++) await slice(i % 2 === 0); // warm
const on: number[] = [];
const off: number[] = [];
for (let i = 0; i < slices; i++)
  for (const isOn of i % 2 ? [true, false] : [false, true]) (isOn ? on : off).push(await slice(isOn));
const { recorded, rssMb } = await measure(true);

const quartiles = (numbers: readonly number[]): readonly number[] => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return [0.25, 0.5, 0.75].map((part) => sorted[Math.floor(part * sorted.length)] ?? Number.NaN);
};
const row = (numbers: readonly number[], digits: number): string =>
  quartiles(numbers)
    .map((number) => number.toFixed(digits))
    .join(' | ');
const report = `# Recording inspected requests: what it costs

Made by \`node bench/inspection/flows.ts --write\` on ${cpus().length} cores (${cpus()[0]?.model}), Node ${process.version}.
One router process, told by turns to record everything or nothing: ${slices} slices of ${requests} requests each way, ${connections}
connections with keep-alive, 1 KiB answers, TLS on both sides. CPU is the process's own user and system time, garbage collection
included. On: heads are kept in the ring (${recorded} requests in all, far more than its 16 MB hold) and requests are counted. Off:
neither. Nobody reads meanwhile. Memory of the process at the end: ${rssMb.toFixed(0)} MB.

| CPU µs per request | lower quartile | median | upper quartile |
|---|---|---|---|
| on | ${row(on, 1)} |
| off | ${row(off, 1)} |
| ratio, slice by slice | ${row(
  on.map((us, i) => us / (off[i] ?? Number.NaN)),
  3,
)} |
| the recorder alone: its calls for one request, the ring full | ${row(alone, 2)} |

Instructions would be steadier than times, but this machine is a virtual one without counters (\`perf stat -e instructions:u\`: not
supported), and it did other work as well: the quartiles of the slices say how far to trust the ratio. The recorder alone, which other
work disturbs less, takes ${((100 * (quartiles(alone)[1] ?? Number.NaN)) / (quartiles(off)[1] ?? Number.NaN)).toFixed(1)} % of a request that is not recorded.
`;
console.log(report);
if (values.write) writeFileSync(join(import.meta.dirname, 'flows.md'), report);
for (const socket of sockets) socket.destroy();
router.disconnect();
backend.disconnect();
