import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { findTool } from '../tools.ts';

/** A moto server on a port that it chooses, ended by its id when the test ends. Gives its address. */
export async function moto(): Promise<string> {
  const program = findTool('moto') ?? 'moto_server';
  const child: ChildProcess = spawn(program, ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(async () => {
    child.kill();
    if (child.exitCode === null) await once(child, 'exit');
  });
  return new Promise((done, failed) => {
    let seen = '';
    const read = (chunk: Buffer): void => {
      seen += chunk.toString('utf8');
      const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(seen)?.[1];
      if (url) done(url);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => failed(new Error(`moto ended with ${code}: ${seen}`)));
  });
}
