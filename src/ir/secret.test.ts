import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from './secret.ts';

const secret = new Secret('hunter2');

test.each([
  ['text', `${secret}`],
  ['JSON', JSON.stringify({ secret })],
  ['inspection', inspect({ secret }, { depth: 9, showHidden: true })],
  ['a log line', format('%s %o %j', secret, secret, secret)],
])('a secret is not seen as %s', (_, seen) => {
  expect(seen).toContain('[redacted]');
  expect(seen).not.toContain('hunter2');
});

test('a secret is given to who asks for it by name', () => expect(secret.reveal()).toBe('hunter2'));
