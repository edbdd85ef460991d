import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { slowPath } from '../../test/support/slow-path.ts';
import { canonicalPath, faultOfPrefix, pathCharactersMax, readPattern } from './index.ts';

const shown = (raw: string): string => {
  const read = canonicalPath(raw);
  return read.is === 'path' ? read.path : read.why;
};

describe('the canonical form', () => {
  test.each([
    ['/', '/'],
    ['/v1/orders', '/v1/orders'],
    ['/v1/', '/v1/'],
    ['/%61%7E%2d%5F', '/a~-_'],
    ['/a%2Eb', '/a.b'],
    ['/%c3%a9', '/%C3%A9'],
    ['/a%20b', '/a%20b'],
    ['/a%40b', '/a%40b'],
    ['/a@b', '/a@b'],
    ['/a+b%2b', '/a+b%2B'],
    ['/a|b', '/a|b'],
    ['/100%25', '/100%25'],
    ['/a;b=c/d', '/a;b=c/d'],
    ['/a/./b', '/a/b'],
    ['/a/../b', '/b'],
    ['/a/%2e%2E/b', '/b'],
    ['/a/b/..', '/a/'],
    ['/a/.', '/a/'],
    ['/..', '/'],
    ['/../../a', '/a'],
    ['/.a/..b', '/.a/..b'],
  ])('%s → %s', (raw, want) => {
    expect(shown(raw)).toBe(want);
  });

  test.each<[string, string]>([
    ['', 'does not begin with a slash'],
    ['*', 'does not begin with a slash'],
    ['v1', 'does not begin with a slash'],
    ['https://a.test/', 'does not begin with a slash'],
    ['//a', 'has an empty segment'],
    ['/a//b', 'has an empty segment'],
    ['/a//', 'has an empty segment'],
    ['//', 'has an empty segment'],
    ['/a/../', '/'],
    ['/a//../b', 'has an empty segment'],
    ['/;x/a', 'has an empty segment'],
    ['/;x', 'has an empty segment'],
    ['/%3bx/a', 'has an empty segment'],
    ['/a\\b', 'has a character that may not stand there'],
    ['/\\a', 'has a character that may not stand there'],
    ['/a b', 'has a character that may not stand there'],
    ['/a?b', 'has a character that may not stand there'],
    ['/a#b', 'has a character that may not stand there'],
    ['/\xe4', 'has a character that may not stand there'],
    ['/a\0', 'has a character that may not stand there'],
    ['/%5cb', 'encodes a backslash, a question mark or a number sign'],
    ['/a%3Fb', 'encodes a backslash, a question mark or a number sign'],
    ['/a%23b', 'encodes a backslash, a question mark or a number sign'],
    ['/a%2fb', 'encodes a slash'],
    ['/a%2Fb', 'encodes a slash'],
    ['/a%00', 'encodes a control character'],
    ['/a%0d%0a', 'encodes a control character'],
    ['/a%1F', 'encodes a control character'],
    ['/a%7f', 'encodes a control character'],
    ['/%', 'has a percent sign that encodes nothing'],
    ['/%zz', 'has a percent sign that encodes nothing'],
    ['/%u002e', 'has a percent sign that encodes nothing'],
    ['/%2561', 'is percent-encoded more than once'],
    ['/%252e%252e', 'is percent-encoded more than once'],
    ['/%25%36%31', 'is percent-encoded more than once'],
    ['/%25u002e', 'is percent-encoded more than once'],
    ['/%c0%af', 'has an over-long UTF-8 code'],
    ['/%c1%81', 'has an over-long UTF-8 code'],
    ['/%e0%80%ae', 'has an over-long UTF-8 code'],
    ['/%e0%9f%bf', 'has an over-long UTF-8 code'],
    ['/%f0%80%80%af', 'has an over-long UTF-8 code'],
    ['/%f0%8f%bf%bf', 'has an over-long UTF-8 code'],
    ['/%f8%80%80%80%af', 'has an over-long UTF-8 code'],
    ['/%fc%80%80%80%80%af', 'has an over-long UTF-8 code'],
    ['/a.', 'has a segment that ends in a dot or a space'],
    ['/a./b', 'has a segment that ends in a dot or a space'],
    ['/.../b', 'has a segment that ends in a dot or a space'],
    ['/a%20', 'has a segment that ends in a dot or a space'],
    ['/%20/b', 'has a segment that ends in a dot or a space'],
    ['/..;x/b', 'has a segment that ends in a dot or a space'],
    ['/a.;x', 'has a segment that ends in a dot or a space'],
    ['/a;x.', 'has a segment that ends in a dot or a space'],
  ])('%j: %s', (raw, want) => {
    expect(shown(raw)).toBe(want);
  });

  test('a path has at most 4096 characters', () => {
    const path = `/${'a'.repeat(pathCharactersMax - 1)}`;
    expect(shown(path)).toBe(path);
    expect(shown(`${path}a`)).toBe('has more than 4096 characters');
  });

  test('rules are compared with the decoded text', () => {
    expect(canonicalPath('/m%79%20docs/%c3%a9%3b')).toEqual({
      is: 'path',
      path: '/my%20docs/%C3%A9%3B',
      text: '/my docs/\xc3\xa9;',
    });
  });
});

const piece = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('/', '/', 'a', 'b', '.', '..', ';', '%2e', '%2E', '%61', '%20', '%25', '%2f'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '%3b',
      '%5c',
      '\\',
      '%3f',
      '%23',
      '%c3%a9',
      '%c0',
      '%af',
      '%00',
      '%',
      '2',
      '5',
      '6',
      '1',
      'u',
      '@',
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map((n) => String.fromCharCode(n)) },
);
const paths = fc.array(piece, { maxLength: 14 }).map((pieces) => `/${pieces.join('')}`);

describe('for every path', () => {
  test('it is what a slow reference says', () => {
    fc.assert(
      fc.property(paths, (raw) => {
        const read = canonicalPath(raw);
        expect(read.is === 'path' ? { path: read.path, text: read.text } : undefined).toEqual(slowPath(raw));
      }),
      { numRuns: 5_000 },
    );
  });

  test('it is its own canonical form, never longer, and without dot segments', () => {
    fc.assert(
      fc.property(paths, (raw) => {
        const read = canonicalPath(raw);
        if (read.is === 'refused') return;
        expect(read.path.length).toBeLessThanOrEqual(raw.length);
        expect(canonicalPath(read.path)).toEqual(read);
        expect(read.text.split('/').slice(1, -1)).not.toContain('');
        for (const segment of read.text.split('/')) expect(segment).not.toMatch(/^\.{1,2}(;|$)|[\\?#\0]/);
      }),
      { numRuns: 5_000 },
    );
  });

  test('a server that decodes once and resolves dots reads what was judged', () => {
    fc.assert(
      fc.property(paths, (raw) => {
        const read = canonicalPath(raw);
        if (read.is === 'refused' || /[^\x20-\x7e]/.test(read.text)) return;
        const url = new URL(read.path, 'http://a.test');
        expect(decodeURIComponent(url.pathname)).toBe(read.text);
      }),
      { numRuns: 2_000 },
    );
  });
});

test('a path of 4096 slashes or dots takes no time', () => {
  for (const raw of [
    '/'.repeat(4_096),
    '/.'.repeat(2_048),
    '/..'.repeat(1_365),
    `/${'%2e'.repeat(1_365)}`,
    `/${'a.'.repeat(2_047)};`,
  ])
    canonicalPath(raw);
});

test.each<[string, string | undefined]>([
  ['/', undefined],
  ['/orders', undefined],
  ['/a/b-c/v1.2', undefined],
  ['/my%20docs', undefined],
  ['/a@b', undefined],
  ['orders', 'does not begin with a slash'],
  ['/orders/', 'ends in a slash'],
  ['/orders//x', 'has an empty segment'],
  ['/a/../b', 'is written /b'],
  ['/%6frders', 'is written /orders'],
  ['/a%40b', 'is written /a@b'],
  ['/my%2520docs', 'is percent-encoded more than once'],
  ['/caf%c3%a9', 'is written /caf%C3%A9'],
  ['/a|b', 'is written /a%7Cb'],
  ['/orders/*', 'has a ; or a *'],
  ['/a;b', 'has a ; or a *'],
  [`/${'a'.repeat(255)}`, undefined],
  [`/${'a'.repeat(256)}`, 'has more than 256 characters'],
])('as a prefix, %s: %s', (prefix, want) => {
  expect(faultOfPrefix(prefix)).toBe(want);
});

test('a pattern is read as a path, and has no encoded wildcard', () => {
  expect(readPattern('/my%20docs/**')).toEqual({ is: 'path', path: '/my%20docs/**', text: '/my docs/**' });
  expect(readPattern('/a/%2A')).toEqual({ is: 'refused', why: 'encodes a *, which cannot be told from a wildcard' });
  expect(readPattern('/a//b')).toMatchObject({ is: 'refused' });
});
