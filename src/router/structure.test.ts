import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = import.meta.dirname;

const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
);
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');

test('nobody reads the byte counters of a socket: they stand still where the kernel or TLS carries', () => {
  expect(sources.filter((file) => /\bbytes(Read|Written)\b/.test(textOf(file)))).toEqual([]);
});

test.each(['engine.ts', 'connection.ts'])('%s names no protocol: what one needs is in its folder', (file) => {
  const names = ['tcp', 'tls', 'sni', 'alpn', 'hello', 'http', 'postgres', 'ssl', 'mysql', 'mariadb', 'greet'];
  expect(names.filter((name) => textOf(file).toLowerCase().includes(name))).toEqual([]);
});
