import { expect, test } from 'vitest';
import { HeldIssuer } from './issuer-held.ts';

test('it holds the last document until that ends', () => {
  const held = new HeldIssuer();
  expect(held.current()).toBeUndefined();
  const document = { version: 1, keyPem: 'k', chain: ['c'], ticketSecret: 'AAAA' } as const;
  held.hold({ ...document, notAfter: new Date(Date.now() + 60_000).toISOString() });
  expect(held.current()).toMatchObject({ keyPem: 'k', chain: ['c'] });
  expect(held.current()).toBe(held.current());
  held.hold({ ...document, notAfter: new Date(Date.now() - 1).toISOString() });
  expect(held.current()).toBeUndefined();
});
