import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { testWith } from '../tools.ts';
import { type Protocol, protocols, type RefusalCase, startRefusing } from './refusal-cases.ts';

/**
 * What real clients print when the router refuses them. `npm run docs:refusals` writes the page from what they print here;
 * otherwise this test holds the page to it, for each client that this machine has.
 */
const page = 'docs/refusals.md';
const updates = process.env.UPDATE_REFUSALS === '1';
const longMs = 60_000;

/** What changes from run to run or from version to version and says nothing. */
const plain = (said: string): string =>
  said
    .replace(/\s+/g, ' ')
    .replace(/^error: /, '')
    .replace(/\b[0-9A-F]{12,16}:(?=error:)/g, '')
    .replace(/OpenSSL\/[0-9.]+/g, 'OpenSSL')
    .replace(/\.\.\/(?:[\w.-]+\/)+/g, '')
    .replace(/(\.c):\d+/g, '$1')
    .replace(/(127\.0\.0\.1"?,? (?:port )?|127\.0\.0\.1:|corp\.test:|port=)\d+/g, '$1PORT')
    .replace(/on port \d{5}\b/g, 'on port PORT')
    .replace(/0x[0-9a-f]{6,}/g, '0x…')
    .replace(/after \d+ ms/g, 'after N ms')
    .trim();

/** What of the refusal a client passes on to the person in front of it: the code itself, an alert’s name, or nothing. */
function toldIn(text: string): string {
  const code = /LG_[A-Z_]+/.exec(text)?.[0];
  if (code) return code;
  const alert = /unrecogni[sz]ed.name|access.denied|internal.error|unexpected.message/i.exec(
    text.replaceAll('\\|', '|'),
  )?.[0];
  return (
    alert
      ?.toLowerCase()
      .replace(/[^a-z]/g, '_')
      .replace('ised', 'ized') ?? 'nothing'
  );
}

/** The alert for each code, where the protocol has no text. */
const alerts: Readonly<Partial<Record<RefusalCase['code'], string>>> = {
  LG_NAME_UNKNOWN: 'unrecognized_name',
  LG_NO_NAME: 'unrecognized_name',
  LG_NOT_GRANTED: 'access_denied',
  LG_UPSTREAM_REFUSED: 'internal_error',
  LG_PROTOCOL: 'unexpected_message',
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('`', "'");
const rowOf = (client: string, { code, what }: RefusalCase, said: string): string =>
  `| ${client} | ${what} | ${code} | \`${cell(said)}\` |`;
/** A row’s cells but the last. */
const startOf = (row: string): string => row.split(' | ').slice(0, 3).join(' | ');
const saidIn = (row: string): string => row.split(' | ').slice(3).join(' | ');
const keyOf = (protocol: string, row: string): string => `${protocol} ${startOf(row)}`;

/** Rows of the page, by their section and how they begin. */
function kept(): ReadonlyMap<string, string> {
  const rows = new Map<string, string>();
  if (!existsSync(page)) return rows;
  let section = '';
  for (const line of readFileSync(page, 'utf8').split('\n')) {
    if (line.startsWith('## ')) section = line.slice(3);
    else if (line.startsWith('| ')) rows.set(keyOf(section, line), line);
  }
  return rows;
}

/** What was printed now, in the same way. */
const printed = new Map<string, string>();

let refusing: Awaited<ReturnType<typeof startRefusing>> | undefined;
beforeAll(async () => {
  refusing = await startRefusing();
});
afterAll(async () => {
  await refusing?.close();
  if (updates) writeFileSync(page, pageText());
});

describe.each(protocols)('$title', (protocol) => {
  describe.each(protocol.clients)('$title', (client) => {
    const cases = protocol.cases.filter(({ only }) => only === undefined || only.includes(client.title));
    testWith(...client.tools)(
      'prints what docs/refusals.md says',
      async () => {
        if (!refusing) throw new Error('no router');
        const { router, certificates } = refusing;
        const tasks = cases.map(({ listener, host, tls, path }) => ({
          ...{ place: router.addressOf(listener), host, tls, user: 'ada' },
          ...(path !== undefined && { path }),
        }));
        const said = await client.ask(tasks, certificates);
        expect(said).toHaveLength(cases.length);
        const rows = kept();
        for (const [i, kase] of cases.entries()) {
          expect(said[i], `${client.title} ${kase.what}`).toMatch(/^error: /);
          const text = plain(said[i] ?? '');
          expect([kase.code, alerts[kase.code]], `${kase.what}: ${text}`).toContain(toldIn(text));
          const row = rowOf(client.title, kase, text);
          const key = keyOf(protocol.title, row);
          printed.set(key, row);
          if (updates) continue;
          // Versions word it differently; that there is a row, and what a reader can learn from it, must hold.
          expect(toldIn(saidIn(rows.get(key) ?? '')), `${key}: npm run docs:refusals`).toBe(toldIn(text));
        }
      },
      longMs,
    );
  });
});

function pageText(): string {
  const before = kept();
  const section = ({ title, about, clients, cases }: Protocol): string => {
    const rows = cases.flatMap((kase) =>
      clients.flatMap((client) => {
        const key = keyOf(title, rowOf(client.title, kase, ''));
        return printed.get(key) ?? before.get(key) ?? [];
      }),
    );
    return [
      `## ${title}`,
      '',
      about,
      '',
      '| Client | What it does | Code | What it prints |',
      '|---|---|---|---|',
      ...rows,
    ].join('\n');
  };
  return `${[
    '# What clients print when the router refuses them',
    'Each refusal has a code ([errors.md](errors.md) explains them all) and reaches the client in its own protocol, as far as that protocol can carry it. The router’s log has the code and the reason of every refusal, whatever the client printed.',
    'The rows below come from real clients in front of a real router: `npm run docs:refusals` runs them and writes this page, and a test holds the page to what the clients that are installed print. Addresses, ports and numbers of source lines are left out.',
    ...protocols.map(section),
  ].join('\n\n')}\n`;
}
