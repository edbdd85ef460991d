import { expect, test } from 'vitest';
import { type Asked, Guard } from './guard.ts';

const guard = new Guard(8_443, 'secret');
const good: Asked = {
  method: 'GET',
  path: '/api/follow',
  host: '127.0.0.1:8443',
  origin: undefined,
  fetchSite: 'same-origin',
  authorization: 'Bearer secret',
};

test.each<[string, Partial<Asked>, number | undefined]>([
  ['as the page asks', {}, undefined],
  ['by the other name of this machine', { host: 'localhost:8443' }, undefined],
  ['a program, which sends no Sec-Fetch-Site', { fetchSite: undefined }, undefined],
  ['its own origin', { origin: 'http://127.0.0.1:8443' }, undefined],
  ['a name that was made to lead here', { host: 'flows.attacker.test:8443' }, 421],
  ['another port', { host: '127.0.0.1:80' }, 421],
  ['a name that only begins so', { host: '127.0.0.1:8443.attacker.test' }, 421],
  ['no Host', { host: undefined }, 421],
  ['another origin', { origin: 'http://attacker.test' }, 403],
  ['another scheme', { origin: 'https://127.0.0.1:8443' }, 403],
  ['an origin that is hidden', { origin: 'null' }, 403],
  ['a page of another site', { fetchSite: 'cross-site' }, 403],
  ['a page of another port of this machine', { fetchSite: 'same-site' }, 403],
  ['typed into the address bar', { fetchSite: 'none' }, 403],
  [
    'the page itself, from a link elsewhere',
    { path: '/', fetchSite: 'cross-site', authorization: undefined },
    undefined,
  ],
  ['another method', { method: 'POST' }, 405],
  ['another token', { authorization: 'Bearer secre' }, 401],
  ['no token', { authorization: undefined }, 401],
  ['the token in another scheme', { authorization: 'Basic secret' }, 401],
])('%s', (_, change, want) => {
  expect(guard.judge({ ...good, ...change })?.status).toBe(want);
});

test('on port 80 browsers leave the port out', () => {
  expect(new Guard(80, 'secret').judge({ ...good, host: '127.0.0.1' })).toBeUndefined();
});
