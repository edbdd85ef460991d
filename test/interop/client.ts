import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place } from '../conformance/clients.ts';
import { findTool } from '../tools.ts';
import { runClient } from './programs.ts';

/** What a client is to do: dial the place, ask for the name. */
export interface ClientTask {
  readonly place: Place;
  readonly host: string;
  /** Default true. */
  readonly tls?: boolean;
  /** HTTP only. Default `/`. */
  readonly path?: string;
}

/** A program or library that other people wrote. */
export interface Client<W extends ClientTask = ClientTask> {
  readonly title: string;
  /** What it needs on this machine, as `findTool` knows it. */
  readonly tools: readonly string[];
  /** One answer for each task: what the server said, or `error: …` as the client words it. */
  ask(tasks: readonly W[], certificates: string): Promise<readonly string[]>;
}

/** Files that are there while `use` runs: their paths, by name. */
export async function withFiles<T, Name extends string>(
  files: Readonly<Record<Name, string>>,
  use: (paths: Readonly<Record<Name, string>>) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'lakegate-client-'));
  try {
    const paths = Object.entries<string>(files).map(([name, text]) => {
      writeFileSync(join(folder, name), text);
      return [name, join(folder, name)];
    });
    return await use(Object.fromEntries(paths) as Record<Name, string>);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs one of our Python scripts with a JSON line for each task; it answers with `{"said"}` or `{"error"}` lines. */
export async function askPython(script: string, tasks: readonly object[]): Promise<readonly string[]> {
  const { stdout, stderr } = await runClient(findTool('python-clients') ?? '', [`test/interop/clients/${script}`], {
    input: `${tasks.map((task) => JSON.stringify(task)).join('\n')}\n`,
  });
  if (stdout === '') throw new Error(stderr);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { said?: string; error?: string })
    .map(({ said, error }) => said ?? `error: ${error}`);
}

/** Runs one of our Java files, with the names resolved to loopback; it answers with `said …` or `error …` lines. */
export function askJava(
  file: string,
  tasks: readonly { readonly host: string; readonly args: readonly string[] }[],
  { certificates, env = {} }: { readonly certificates: string; readonly env?: Readonly<Record<string, string>> },
): Promise<readonly string[]> {
  const hosts = `127.0.0.1 ${tasks.map(({ host }) => host).join(' ')}\n`;
  return withFiles({ hosts, 'ca.pem': certificates }, async (paths) => {
    const jars = findTool('jdbc-jars');
    const path = jars ? readdirSync(jars).map((jar) => join(jars, jar)) : [];
    const { stdout, stderr } = await runClient(
      findTool('java') ?? '',
      [
        `-Djdk.net.hosts.file=${paths.hosts}`,
        '-XX:TieredStopAtLevel=1',
        ...(path.length > 0 ? ['-cp', path.join(':')] : []),
        `test/interop/clients/${file}`,
        ...tasks.flatMap(({ args }) => args),
      ],
      { env: { ...env, CA: paths['ca.pem'] } },
    );
    if (stdout === '') throw new Error(stderr);
    return stdout
      .trim()
      .split('\n')
      .map((line) => (line.startsWith('said ') ? line.slice('said '.length) : line.replace(/^error /, 'error: ')));
  });
}
