import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inspectionCa } from '../../../test/support/inspected.ts';
import { IssuerFile } from './issuer-file.ts';
import { IssuerFollower } from './issuer-follower.ts';
import type { IssuerSource, Looked } from './issuer-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'lakegate-issuer-'));
afterAll(() => rmSync(folder, { recursive: true }));

const dayMs = 86_400_000;
let one: Record<string, unknown>;
let other: Record<string, unknown>;

/** A document as a signer writes it. */
async function documentOf(): Promise<Record<string, unknown>> {
  const { material } = await inspectionCa();
  if (!material) throw new Error('no material');
  const { keyPem, chain, ticketSecret } = material;
  const notAfter = new Date(Date.now() + 14 * dayMs).toISOString();
  return { version: 1, keyPem, chain, ticketSecret: Buffer.from(ticketSecret).toString('base64'), notAfter };
}

beforeAll(async () => {
  [one, other] = [await documentOf(), await documentOf()];
});

const path = join(folder, 'issuer.json');

/** Puts a file in place in one step, as a signer does. */
function put(content: unknown, mode = 0o600): void {
  writeFileSync(`${path}.new`, typeof content === 'string' ? content : JSON.stringify(content));
  chmodSync(`${path}.new`, mode);
  renameSync(`${path}.new`, path);
}

function followed(nowMs: () => number = Date.now) {
  const notes: string[] = [];
  const days: number[] = [];
  const follower = new IssuerFollower({ note: (said) => notes.push(said), daysLeft: (left) => days.push(left), nowMs });
  /** What was said since the last call. */
  const said = (): string => notes.splice(0).join('\n');
  return { follower, said, days };
}

test('a renewed file is another issuer, an unchanged one the same', async () => {
  put(one);
  const { follower, said, days } = followed();
  await follower.follow(new IssuerFile(path));
  const first = follower.current();
  expect(first?.keyPem).toBe(one.keyPem);
  await follower.look();
  expect(follower.current()).toBe(first);
  put(other);
  await follower.look();
  expect(follower.current()?.keyPem).toBe(other.keyPem);
  expect(said()).toMatch(/^the issuer at .* is used until .*\nthe issuer at .* is used until .*$/);
  expect(days).toEqual([14, 14]);
  follower.close();
});

const broken: [string, () => unknown, number, string][] = [
  ['no JSON', () => '{ "keyPem": "-----BEGIN PRIVATE KEY-----SECRET', 0o600, 'LG_ISSUER_DOCUMENT'],
  ['another version', () => ({ ...one, version: 2 }), 0o600, 'LG_ISSUER_DOCUMENT'],
  ['a further field', () => ({ ...one, more: 1 }), 0o600, 'LG_ISSUER_DOCUMENT'],
  ['the key of another', () => ({ ...one, keyPem: other.keyPem }), 0o600, 'LG_ISSUER_DOCUMENT'],
  [
    'a chain that is not linked',
    () => ({ ...one, chain: [one.chain, other.chain].flat() }),
    0o600,
    'LG_ISSUER_DOCUMENT',
  ],
  ['a short ticket secret', () => ({ ...one, ticketSecret: 'AAAA' }), 0o600, 'LG_ISSUER_DOCUMENT'],
  ['an end in the past', () => ({ ...one, notAfter: '2020-01-01T00:00:00Z' }), 0o600, 'expired at 2020-01-01'],
  ['rights of the group', () => other, 0o640, 'LG_ISSUER_OPEN'],
  ['rights of everybody', () => other, 0o604, 'LG_ISSUER_OPEN'],
  ['too many bytes', () => ' '.repeat(70_000), 0o600, 'LG_ISSUER_UNREADABLE'],
];

test.each(broken)('%s: told once with its code, and the good one stays', async (_, content, mode, want) => {
  put(one);
  const { follower, said } = followed();
  await follower.follow(new IssuerFile(path));
  said();
  put(content(), mode);
  await follower.look();
  await follower.look();
  const text = said();
  expect(text).toContain(want);
  expect(text).toContain('the current one stays in use');
  expect(text.match(/rejected/g)).toHaveLength(1);
  expect(text).not.toMatch(/SECRET|BEGIN PRIVATE/);
  expect(follower.current()?.keyPem).toBe(one.keyPem);
  follower.close();
});

test('without a file there is no issuer, until there is one', async () => {
  rmSync(path, { force: true });
  const { follower, said } = followed();
  await follower.follow(new IssuerFile(path));
  expect(follower.current()).toBeUndefined();
  expect(said()).toMatch(/inspected names are refused with LG_NO_ISSUER\nerror LG_ISSUER_UNREADABLE .* does not exist/);
  put(one);
  await follower.look();
  expect(follower.current()?.keyPem).toBe(one.keyPem);
  follower.close();
});

test('rights that were too wide are mended in place', async () => {
  put(one, 0o644);
  const { follower } = followed();
  await follower.follow(new IssuerFile(path));
  expect(follower.current()).toBeUndefined();
  chmodSync(path, 0o600);
  await follower.look();
  expect(follower.current()?.keyPem).toBe(one.keyPem);
  follower.close();
});

test('it counts down once a day, and what has expired is no issuer', async () => {
  put(one);
  let atMs = Date.now();
  const { follower, said, days } = followed(() => atMs);
  await follower.follow(new IssuerFile(path));
  for (let i = 0; i < 30; i += 1) {
    atMs += dayMs / 2;
    await follower.look();
  }
  expect(days).toEqual([14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]);
  expect(follower.current()).toBeUndefined();
  expect(said().match(/the issuer has expired/g)).toHaveLength(1);
  follower.close();
});

test('looks at one source do not overlap, and an old source says nothing any more', async () => {
  let asked = 0;
  let answer: ((looked: Looked) => void) | undefined;
  const source: IssuerSource = {
    place: 'slow',
    everyMs: 1000,
    look() {
      asked += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
  };
  const { follower } = followed();
  const following = follower.follow(source);
  void follower.look();
  await Promise.resolve();
  expect(asked).toBe(1);
  put(one);
  const changed = follower.follow(new IssuerFile(path));
  answer?.({ is: 'text', text: JSON.stringify(other) });
  await Promise.all([following, changed]);
  expect(follower.current()?.keyPem).toBe(one.keyPem);
  follower.close();
});
