import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import { testWith, toolsFolder } from '../../tools.ts';

/** The command as a user types it; the package must be built. */
testWith('java', 'kafka-jars')(
  'lakegate lab --with kafka: every broker is reached by its own name, with records in and out',
  async () => {
    const lab = spawn(
      process.execPath,
      ['bin/lakegate.js', 'lab', '-f', 'examples/msk.yaml', '--with', 'kafka', '--once', '--json'],
      { env: { ...process.env, LAKEGATE_TOOLS: toolsFolder }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let [output, notes] = ['', ''];
    lab.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    lab.stderr.on('data', (chunk: Buffer) => {
      notes += chunk.toString('utf8');
    });
    const [code] = (await once(lab, 'close')) as [number];
    expect(code, notes + output).toBe(0);
    const report = JSON.parse(output) as {
      failed: number;
      pairs: { to: string; server?: string; observed: string; standIn: boolean }[];
    };
    expect(report.failed).toBe(0);
    const reached = report.pairs.filter((pair) => pair.observed === 'reach');
    expect(reached.map(({ server, standIn }) => ({ server, standIn }))).toEqual(
      Array.from({ length: 3 }, () => ({ server: 'events', standIn: false })),
    );
  },
  180_000,
);
