import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { answeredFlow } from '../../test/support/flow-records.ts';
import { FlowRing } from './flow-ring.ts';
import { Followers } from './followers.ts';
import type { FollowLine, Hello } from './view/messages.ts';

const hello: Hello = { is: 'hello', source: '', keep: 1_000, run: 'r' };

/** A page that reads when it is told to. */
class SlowPage extends EventEmitter {
  writableNeedDrain = false;
  readonly lines: FollowLine[] = [];

  write(line: string): void {
    this.lines.push(JSON.parse(line) as FollowLine);
    this.writableNeedDrain = true;
  }

  read(): void {
    this.writableNeedDrain = false;
    this.emit('drain');
  }

  get numbers(): number[] {
    return this.lines.flatMap((line) => (line.is === 'rows' ? line.rows.map(({ n }) => n) : []));
  }
}

test('a page that does not read is sent nothing, and later what is still kept', async () => {
  const ring = new FlowRing({ records: 1_000, characters: 1 << 30 });
  const followers = new Followers(ring);
  const page = new SlowPage();
  followers.add(page as unknown as ServerResponse, 0, hello);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  for (let n = 1; n <= 5_000; n += 1) {
    ring.add({ ...answeredFlow, id: `a-${n}` });
    followers.changed();
    if (n % 1_000 === 0) await turn();
  }
  expect(page.lines).toEqual([hello]);
  for (let reads = 0; reads < 5; reads += 1) page.read();
  expect(page.numbers).toEqual(Array.from({ length: 1_000 }, (_, at) => 4_001 + at));
  expect(page.lines.map(({ is }) => is)).toEqual(['hello', 'state', 'rows', 'rows']);
});

test('what comes in one turn goes out in one line', async () => {
  const ring = new FlowRing({ records: 1_000, characters: 1 << 30 });
  const followers = new Followers(ring);
  const page = new SlowPage();
  followers.add(page as unknown as ServerResponse, 0, hello);
  page.read();
  page.read();
  for (let n = 1; n <= 20; n += 1) {
    ring.add({ ...answeredFlow, id: `a-${n}` });
    followers.changed();
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(page.lines.filter(({ is }) => is === 'rows')).toHaveLength(1);
  expect(page.numbers).toHaveLength(20);
});
