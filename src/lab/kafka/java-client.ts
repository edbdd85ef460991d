import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ClientView } from './client-view.ts';
import { type KafkaJars, kafkaAssets } from './jars.ts';

/** How a run of the Java client ended. */
export interface JavaRun {
  /** The last JSON line; undefined when there was none. */
  readonly said: Readonly<Record<string, unknown>> | undefined;
  readonly exitCode: number | null;
  /** The end of what it printed to standard error. */
  readonly errors: string;
}

export interface JavaClient {
  readonly process: ChildProcess;
  /** Resolves when the process has printed another JSON line. */
  nextLine(): Promise<Readonly<Record<string, unknown>>>;
  readonly done: Promise<JavaRun>;
}

const outputCap = 64 * 1024;

/**
 * Starts KafkaLoad (assets/kafka) as a client of that workspace: it resolves what the hosts file says and nothing else,
 * and needs no privilege for it. @see https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/net/InetAddress.html (`jdk.net.hosts.file`)
 */
export function javaClient(
  jars: KafkaJars,
  view: ClientView,
  command: string,
  args: Readonly<Record<string, string | number>> = {},
): JavaClient {
  const child = spawn(
    jars.java,
    [
      '-Xmx384m',
      '-XX:+UseSerialGC',
      // A short run is over before the optimising compiler would have paid for itself.
      ...(command === 'visit' ? ['-XX:TieredStopAtLevel=1'] : []),
      `-Djdk.net.hosts.file=${view.hosts}`,
      `-Dlog4j.configuration=file:${join(kafkaAssets(), 'log4j.properties')}`,
      '-cp',
      `${join(jars.folder, '*')}:${jars.classes}`,
      'KafkaLoad',
      command,
      view.properties,
      ...Object.entries(args).map(([key, value]) => `${key}=${value}`),
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let output = '';
  let errors = '';
  const lines: Readonly<Record<string, unknown>>[] = [];
  const waiting: { resolve: (line: Readonly<Record<string, unknown>>) => void; reject: (error: Error) => void }[] = [];
  let last: Readonly<Record<string, unknown>> | undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
    for (let at = output.indexOf('\n'); at >= 0; at = output.indexOf('\n')) {
      const line = output.slice(0, at);
      output = output.slice(at + 1);
      if (!line.startsWith('{')) continue;
      last = JSON.parse(line) as Readonly<Record<string, unknown>>;
      const next = waiting.shift();
      if (next) next.resolve(last);
      else lines.push(last);
    }
    output = output.slice(-outputCap);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString('utf8')).slice(-outputCap);
  });
  const done = new Promise<JavaRun>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      for (const { reject: fail } of waiting.splice(0))
        fail(new Error(`the client ended with ${exitCode}:\n${errors}`));
      resolve({ said: last, exitCode, errors });
    });
  });
  return {
    process: child,
    nextLine: () =>
      new Promise((resolve, reject) => {
        const line = lines.shift();
        if (line) resolve(line);
        else waiting.push({ resolve, reject });
      }),
    done,
  };
}
