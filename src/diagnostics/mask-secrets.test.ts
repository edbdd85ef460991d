import { expect, test } from 'vitest';
import { maskSecrets } from './index.ts';

test.each<[string, string]>([
  ['password: hunter2', 'password: *******'],
  ['  db: { type: postgres, password: "a b, c", host: x }', '  db: { type: postgres, password: ********, host: x }'],
  ["client_secret='abc' x", 'client_secret=***** x'],
  ['"API_KEY": abc}', '"API_KEY": ***}'],
  ['token: "not closed', 'token: ***********'],
  ['host: postgres://me:hunter2@db.acme.com/x', 'host: postgres://me:*******@db.acme.com/x'],
  ['host: db.acme.com, port: 5432', 'host: db.acme.com, port: 5432'],
  ['a secret is not a key here', 'a secret is not a key here'],
  ['', ''],
])('%s', (text, want) => {
  expect(maskSecrets(text)).toBe(want);
  expect(maskSecrets(text)).toHaveLength(text.length);
});
