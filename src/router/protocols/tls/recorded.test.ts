import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inRecords } from '../../../../test/corpora/made-hello.ts';
import { concat } from '../bytes.ts';
import { type ClientHello, parseClientHello } from './client-hello.ts';

/** Recorded by `scripts/record-hellos.ts`, which says by hand what each must read as. */
const folder = 'test/corpora/client-hello';

interface Recording {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** The handshake message, its records taken off by their lengths alone. */
  readonly message: Uint8Array;
  readonly about: {
    readonly client: string;
    readonly serverName?: string;
    readonly alpn: readonly string[];
    readonly hasEch?: boolean;
    readonly postQuantum?: boolean;
    readonly earlyData?: boolean;
  };
}

function load(file: string): Recording {
  const bytes = Uint8Array.from(
    Buffer.from(readFileSync(join(folder, `${file}.hex`), 'utf8').replace(/\s/g, ''), 'hex'),
  );
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length && bytes[at] === 0x16; ) {
    const length = (bytes[at + 3] ?? 0) * 256 + (bytes[at + 4] ?? 0);
    parts.push(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  const about = JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8')) as Recording['about'];
  return { file, bytes, message: concat(...parts), about };
}

const recordings = readdirSync(folder)
  .filter((file) => file.endsWith('.hex'))
  .map((file) => load(file.slice(0, -'.hex'.length)));

test('the recordings are of many stacks, with the shapes that matter', () => {
  const clients = recordings.map(({ about }) => about.client).join('\n');
  for (const stack of ['OpenSSL 3', 'Python', 'go version', 'openjdk', 'Node', 'curl', 'psql', 'gnutls', 'Chromium'])
    expect(clients).toContain(stack);
  const shapes = { postQuantum: 0, hasEch: 0, earlyData: 0, fragmented: 0, grease: 0 };
  for (const { bytes, message, about } of recordings) {
    if (about.postQuantum) {
      shapes.postQuantum++;
      // X25519MLKEM768, and more than fits one Ethernet frame.
      expect(Buffer.from(message).includes(Buffer.from('11ec', 'hex'))).toBe(true);
      expect(bytes.length).toBeGreaterThan(1_500);
    }
    if (about.hasEch) shapes.hasEch++;
    if (about.earlyData) shapes.earlyData++;
    if (message.length + 5 < bytes.length && !about.earlyData) shapes.fragmented++;
    if (about.client.startsWith('Chromium')) shapes.grease++;
  }
  expect(shapes).toEqual({ postQuantum: 3, hasEch: 1, earlyData: 1, fragmented: 1, grease: 1 });
});

describe.each(recordings)('$file', ({ bytes, message, about }) => {
  const answer = parseClientHello(bytes);
  const { endsAt, ...said } = answer as ClientHello;

  test('reads as what the client was told to send', () => {
    const { serverName, alpn, hasEch = false } = about;
    expect(answer).toMatchObject({ is: 'hello', alpn, hasEch });
    expect(said.serverName).toBe(serverName);
    if (about.earlyData) expect(endsAt).toBeLessThan(bytes.length);
    else expect(endsAt).toBe(bytes.length);
  });

  test('reads the same in any records', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: message.length - 1 }), { maxLength: 60 });
    fc.assert(
      fc.property(cuts, (at) => {
        const prefix = inRecords(message, at);
        expect(parseClientHello(prefix)).toEqual({ ...said, endsAt: prefix.length });
      }),
      { numRuns: 50 },
    );
  });

  test('reads the same from any prefix that the questions ask for', () => {
    fc.assert(
      fc.property(fc.nat({ max: 7 }), (extra) => {
        let given = 0;
        for (;;) {
          const now = parseClientHello(bytes.subarray(0, given));
          if (now.is !== 'need-more') {
            expect(now).toEqual(answer);
            return;
          }
          expect(now.atLeast).toBeGreaterThan(given);
          expect(now.atLeast).toBeLessThanOrEqual(endsAt);
          given = Math.min(bytes.length, now.atLeast + extra);
        }
      }),
    );
  });

  test('cut short it asks for more, at every byte', () => {
    for (let given = 0; given < endsAt; given++) {
      const now = parseClientHello(bytes.subarray(0, given));
      expect(now.is).toBe('need-more');
      if (now.is === 'need-more') expect(now.atLeast).toBeGreaterThan(given);
    }
  });

  test('with bits turned it is read or refused, and never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: endsAt * 8 - 1 }), { minLength: 1, maxLength: 8 }), (bits) => {
        const turned = Uint8Array.from(bytes);
        for (const bit of bits) turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const now = parseClientHello(turned);
        if (now.is === 'need-more') expect(now.atLeast).toBeGreaterThan(turned.length);
        else expect(['hello', 'bad', 'not-tls']).toContain(now.is);
      }),
    );
  });
});
