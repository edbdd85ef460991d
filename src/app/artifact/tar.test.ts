import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { testWith } from '../../../test/tools.ts';
import { fileOfTar, packTar } from './tar.ts';

const file = (path: string, text: string, executable = false) => ({ path, bytes: Buffer.from(text), executable });

test('the order in which files are given does not matter', () => {
  const [a, b] = [file('a', '1'), file('b/c', '2')];
  expect(packTar([b, a])).toEqual(packTar([a, b]));
});

test('every file comes out as it went in, whatever its length', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 1500 }), { maxLength: 5 }), (contents) => {
      const archive = packTar(contents.map((bytes, i) => ({ path: `f/${i}`, bytes })));
      expect(archive.length % 512).toBe(0);
      for (const [i, bytes] of contents.entries())
        expect(Buffer.from(fileOfTar(archive, `f/${i}`) ?? [1, 2, 3])).toEqual(Buffer.from(bytes));
      expect(fileOfTar(archive, 'f/none')).toBeUndefined();
    }),
  );
});

test('a path that the header has no room for is refused', () => {
  expect(() => packTar([file('x'.repeat(101), '')])).toThrow(RangeError);
});

testWith('tar')('the system’s tar unpacks it, with its modes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lakegate-tar-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'a.tar'), packTar([file('d/run', '#!/bin/sh\n', true), file('d/text', 'x'.repeat(513))]));
  execFileSync('tar', ['-xf', join(folder, 'a.tar'), '-C', folder]);
  expect(statSync(join(folder, 'd/run')).mode & 0o777).toBe(0o755);
  expect(readFileSync(join(folder, 'd/text'), 'utf8')).toBe('x'.repeat(513));
});
