import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ClientView } from '../../../src/lab/kafka/client-view.ts';
import type { KafkaWorld } from '../../support/kafka/world.ts';
import { findTool } from '../../tools.ts';

/** What kcat reads of a topic, by record number. */
export interface KcatTally {
  readonly received: number;
  readonly unique: number;
  readonly repeated: number;
  readonly damaged: number;
}

/** `number:checksum:filler`; the checksum is of number and filler. */
const line = (number: number): string => {
  const filler = 'x'.repeat(60 + (number % 40));
  return `${number}:${checksum(number, filler)}:${filler}`;
};

/** FNV-1a over the text: enough to see damage, quick enough for a million lines. */
function checksum(number: number, filler: string): string {
  let hash = 0x811c9dc5;
  for (const text of [String(number), filler])
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(16);
}

/**
 * librdkafka as a client of the workspace: a separate /etc/hosts in a mount namespace, so it resolves what the
 * workspace resolves and nothing else. Root needs no user namespace for that; others get one.
 */
function kcat(world: KafkaWorld, view: ClientView, args: readonly string[]): ReturnType<typeof spawn> {
  const settings = {
    'security.protocol': 'sasl_ssl',
    'ssl.ca.location': view.ca,
    'sasl.mechanisms': 'SCRAM-SHA-512',
    'sasl.username': world.user.name,
    'sasl.password': world.user.password,
    'connections.max.idle.ms': '240000',
    'socket.keepalive.enable': 'true',
  };
  const command = [findTool('kcat') ?? 'kcat', '-b', view.bootstrap];
  for (const [key, value] of Object.entries(settings)) command.push('-X', `${key}=${value}`);
  const script = 'hosts=$1; shift; mount --bind "$hosts" /etc/hosts && exec "$@"';
  const unshare = process.getuid?.() === 0 ? ['-m'] : ['-rm'];
  return spawn('unshare', [...unshare, 'sh', '-c', script, 'sh', view.hosts, ...command, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

async function ended(child: ReturnType<typeof spawn>): Promise<void> {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString('utf8')).slice(-8192);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`kcat ended with ${code}:\n${errors}`);
}

/** Produces lines 0 to count - 1, idempotent. */
export async function kcatProduce(world: KafkaWorld, view: ClientView, topic: string, count: number): Promise<void> {
  const child = kcat(world, view, ['-P', '-t', topic, '-X', 'enable.idempotence=true', '-X', 'linger.ms=20']);
  const done = ended(child);
  for (let at = 0; at < count; at += 1000) {
    const lines = Array.from({ length: Math.min(1000, count - at) }, (_, i) => line(at + i));
    if (!child.stdin?.write(`${lines.join('\n')}\n`)) await Promise.race([once(child.stdin ?? child, 'drain'), done]);
  }
  child.stdin?.end();
  await done;
}

/** Reads the topic from its beginning to its end. */
export async function kcatConsume(world: KafkaWorld, view: ClientView, topic: string): Promise<KcatTally> {
  const child = kcat(world, view, ['-C', '-t', topic, '-o', 'beginning', '-e', '-q']);
  const done = ended(child);
  const seen = new Set<number>();
  let [received, repeated, damaged, rest] = [0, 0, 0, ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      received += 1;
      const [number, sum, filler] = text.split(':');
      if (checksum(Number(number), filler ?? '') !== sum) damaged += 1;
      else if (seen.has(Number(number))) repeated += 1;
      else seen.add(Number(number));
    }
  });
  await done;
  return { received, unique: seen.size, repeated, damaged };
}
