/**
 * One kind of load against one port, as a process of its own; prints one line of JSON.
 *
 * node bench/router/load.ts bulk PORT GIGABYTES | connections PORT COUNT | latency PORT SECONDS RATE | idle PORT COUNT
 */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { EndpointId, IpAddress } from '../../src/ir/index.ts';
import { proxyHeader } from '../../src/sim/network/proxy-header.ts';
import { extension, helloMessage, record, serverNames } from '../../test/corpora/made-hello.ts';

const [kind = '', ...numbers] = process.argv.slice(2);
const [port = 0, amount = 0, rate = 0] = numbers.map(Number);

/** An ordinary hello of about 500 bytes. */
const hello = record(helloMessage([serverNames('bench.test'), extension(21, new Uint8Array(350))]));

const header = proxyHeader(
  { address: '10.1.2.3' as IpAddress, port: 40_000 },
  { address: '10.4.5.6' as IpAddress, port: 443 },
  'vpce-0123456789abcdef0' as EndpointId,
);

/** Header, hello and order in one write, as they come from a load balancer. */
function opening(order: number): Buffer {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(order));
  return Buffer.concat([header, hello, number]);
}

const open = (order: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
      socket.write(opening(order));
      resolve(socket);
    });
    socket.once('error', reject);
  });

/** Reads to the end; the number of bytes. */
const drain = (socket: Socket): Promise<number> =>
  new Promise((resolve, reject) => {
    let got = 0;
    socket.on('data', (bytes: Buffer) => {
      got += bytes.length;
    });
    socket.once('end', () => resolve(got));
    socket.once('error', reject);
  });

async function bulk(gigabytes: number): Promise<object> {
  const each = (gigabytes * 1e9) / 4;
  const got = await Promise.all([0, 1, 2, 3].map(async () => drain(await open(each))));
  return { bytes: got.reduce((a, b) => a + b, 0) };
}

/** A real TLS connection without resumption: handshake, one line, goodbye. */
const shakeHands = (): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
      socket.write(header);
      const tls = connectTls({ socket, servername: 'bench.test', rejectUnauthorized: false });
      let text = '';
      tls.on('data', (bytes) => {
        text += bytes;
      });
      tls.once('end', () => tls.end());
      tls.once('error', () => resolve(false));
      tls.once('close', () => resolve(text === 'hello\n'));
    });
    socket.once('error', () => resolve(false));
  });

async function connections(count: number): Promise<object> {
  let left = count;
  let made = 0;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      if (await shakeHands()) made += 1;
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return { made };
}

async function latency(seconds: number, perSecond: number): Promise<object> {
  const socket = await open(0);
  const times: number[] = [];
  const sent: number[] = [];
  const message = Buffer.alloc(100, 1);
  let pending = 0;
  socket.on('data', (bytes: Buffer) => {
    pending += bytes.length;
    while (pending >= message.length) {
      pending -= message.length;
      times.push(performance.now() - (sent.shift() ?? 0));
    }
  });
  const total = seconds * perSecond;
  const start = performance.now();
  for (let i = 0; i < total; i++) {
    const wait = start + (i * 1000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    sent.push(performance.now());
    socket.write(message);
  }
  while (times.length < total) await new Promise((resolve) => setTimeout(resolve, 1));
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? 0;
  socket.destroy();
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Opens connections that stay, says so, and waits for the end of its input. */
async function idle(count: number): Promise<object> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const wave = await Promise.all(
      Array.from({ length: Math.min(100, count - sockets.length) }, async () => {
        const socket = await open(0);
        socket.write('x');
        await new Promise<void>((resolve) => socket.once('data', () => resolve())); // it is through to the backend
        return socket;
      }),
    );
    sockets.push(...wave);
  }
  process.stderr.write('ready\n');
  await new Promise<void>((resolve) => process.stdin.once('end', resolve).resume());
  for (const socket of sockets) socket.destroy();
  return { open: count };
}

const loads: Readonly<Record<string, () => Promise<object>>> = {
  bulk: () => bulk(amount),
  connections: () => connections(amount),
  latency: () => latency(amount, rate),
  idle: () => idle(amount),
};
const load = loads[kind];
if (!load) throw new Error(`there is no load ${kind}`);
process.stdout.write(`${JSON.stringify(await load())}\n`);
process.exit(0);
