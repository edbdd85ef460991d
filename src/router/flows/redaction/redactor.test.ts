import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactedJson } from './json-text.ts';
import { Redactor } from './redactor.ts';

const key = new Uint8Array(32).fill(3);
const redactor = new Redactor(() => key, ['X-Employee', 'iban']);
const hidden = (value: string): string => redactor.secret(value);

test('what stands for a secret is the same for the same secret and key, and another for another key', () => {
  expect(hidden('a')).toMatch(/^redacted:[0-9a-f]{8}$/);
  expect(hidden('a')).toBe(hidden('a'));
  expect(hidden('a')).not.toBe(hidden('b'));
  expect(new Redactor(() => new Uint8Array(32), []).secret('a')).not.toBe(hidden('a'));
});

describe('a field of a head', () => {
  test.each([
    ['Authorization', 'Bearer abc', `Bearer ${hidden('abc')}`],
    ['proxy-authorization', 'Basic dTpw', `Basic ${hidden('dTpw')}`],
    ['Authorization', 'mysecret', hidden('mysecret')],
    ['Authorization', 'my secret', hidden('my secret')],
    ['Cookie', 'session=1; theme=dark', hidden('session=1; theme=dark')],
    ['set-cookie', 'a=b', hidden('a=b')],
    ['X-Api-Key', 'k', hidden('k')],
    ['X-Amz-Security-Token', 't', hidden('t')],
    ['X-Vault-Token', 't', hidden('t')],
    ['x_client_secret', 's', hidden('s')],
    ['Ocp-Apim-Subscription-Key', 's', hidden('s')],
    ['X-Employee', '1007', hidden('1007')],
    ['x-ratelimit-remaining-tokens', '149984', '149984'],
    ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbXBsZSBub25jZQ=='],
    [
      'Sec-WebSocket-Protocol',
      'v1.json, bearer.c2VjcmV0c2VjcmV0c2VjcmV0',
      `v1.json, ${hidden('bearer.c2VjcmV0c2VjcmV0c2VjcmV0')}`,
    ],
    ['WWW-Authenticate', 'Negotiate YII', `Negotiate ${hidden('YII')}`],
    ['WWW-Authenticate', 'Basic realm="orders"', 'Basic realm="orders"'],
    ['Location', 'https://a.test/cb?code=42&state=x', `https://a.test/cb?code=${hidden('42')}&state=x`],
    [
      'Location',
      'https://a.test/cb#access_token=42&code=43',
      `https://a.test/cb#access_token=${hidden('42')}&code=${hidden('43')}`,
    ],
    ['X-Debug', 'failed: password=p', `failed: password=${hidden('p')}`],
    ['X-Debug', 'a-b=c:d=token:p', `a-b=c:d=token:${hidden('p')}`],
    ['X-Debug', `Bearer ${'x'.repeat(9000)}`, `Bearer ${hidden('x'.repeat(9000))}`],
    ['X-Debug', 'k8s.eyJhbGciOi.eyJzdWIi.c2ln and so on', `k8s.${hidden('eyJhbGciOi.eyJzdWIi.c2ln')} and so on`],
    ['Referer', 'https://u:p@a.test/', `https://${hidden('u:p')}@a.test/`],
    [':path', '/x?sig=1', `/x?sig=${hidden('1')}`],
    ['User-Agent', 'python-requests/2.32.3', 'python-requests/2.32.3'],
    ['Content-Type', 'multipart/form-data; boundary=abc', 'multipart/form-data; boundary=abc'],
  ])('%s: %s', (name, value, want) => expect(redactor.header(name, value)).toBe(want));
});

describe('a query', () => {
  test.each([
    ['access_token=a&page=2', `access_token=${hidden('a')}&page=2`],
    ['to%6ben=a', `to%6ben=${hidden('a')}`],
    ['X-Amz-Signature=a;X-Amz-Credential=b', `X-Amz-Signature=${hidden('a')};X-Amz-Credential=${hidden('b')}`],
    ['key=&flag', 'key=&flag'],
    ['password=a=b', `password=${hidden('a=b')}`],
    ['iban=DE1', `iban=${hidden('DE1')}`],
    ['next=https%3A%2F%2Fa.test%2F%3Ftoken%3Ds', `next=${encodeURIComponent(`https://a.test/?token=${hidden('s')}`)}`],
    ['bad=%zz', 'bad=%zz'],
    ['q=%fftoken%3Ds', `q=${encodeURIComponent(`ÿtoken=${hidden('s')}`)}`],
  ])('%s', (query, want) => expect(redactor.pairs(query)).toBe(want));
});

describe('a JSON text', () => {
  const shown = (text: string, isCut = false): string | undefined => redactedJson(text, isCut, redactor);
  test.each([
    ['{"a": 1, "password": "p"}', `{"a": 1, "password": "${hidden('p')}"}`],
    ['{"a":[{"b":{"apiKey":"k"}}]}', `{"a":[{"b":{"apiKey":"${hidden('k')}"}}]}`],
    [
      '{"secrets":{"db":["x",1,null,{"y":true}]}}',
      `{"secrets":{"db":["${hidden('x')}","${hidden('1')}",null,{"y":"${hidden('true')}"}]}}`,
    ],
    ['{"max_tokens":100,"usage":{"total_tokens":7}}', '{"max_tokens":100,"usage":{"total_tokens":7}}'],
    ['{"name":"DB_PASSWORD","value":"p"}', `{"name":"DB_PASSWORD","value":"${hidden('p')}"}`],
    ['{"value":"p","name":"DB_PASSWORD"}', `{"value":"${hidden('"p"')}","name":"DB_PASSWORD"}`],
    ['{"value":{"x":"p"},"name":"token"}', `{"value":"${hidden('{"x":"p"}')}","name":"token"}`],
    [
      '{"a":[{"values":["p",{"y":1}],"field":"token"}]}',
      `{"a":[{"values":"${hidden('["p",{"y":1}]')}","field":"token"}]}`,
    ],
    [
      '{"value":"p","data":"q","name":"token"}',
      `{"value":"${hidden('"p"')}","data":"${hidden('"q"')}","name":"token"}`,
    ],
    ['{"value":{"x":"p"},"name":"colour"}', '{"value":{"x":"p"},"name":"colour"}'],
    ['{"pass\\u0077ord":"p"}', `{"password":"${hidden('p')}"}`],
    ['{"body":"{\\"token\\":\\"t\\"}"}', `{"body":${JSON.stringify(`{"token":"${hidden('t')}"}`)}}`],
    ['{"url":"https://a.test/?sig=s"}', `{"url":"https://a.test/?sig=${hidden('s')}"}`],
    ['{"code":null,"key":""}', '{"code":null,"key":""}'],
    ['[]', '[]'],
    ['"text"', '"text"'],
    [' 12 ', ' 12 '],
  ])('%s', (text, want) => expect(shown(text)).toBe(want));

  test.each([
    '',
    '{',
    '{"a":}',
    '{"a" 1}',
    '[1,]',
    '{"a":1}}',
    '{"a":01}',
    "{'a':1}",
    '["\u0001"]',
    '{"a":1,}',
    'nul',
    '[1',
  ])('what is none shows nothing: %s', (text) => expect(shown(text)).toBeUndefined());

  test.each([
    ['{"a":[1,2', '{"a":[1,'],
    ['{"password":"se', '{"password":'],
    ['{"a":"se', '{"a":'],
    ['{"pass', '{'],
    ['{"a":tr', '{"a":'],
    ['{"value":"p","na', `{"value":"${hidden('"p"')}",`],
    ['{"name":"colour","value":"p","na', '{"name":"colour","value":"p",'],
    ['{"data":[{"a":1},{"b', '{"data":[{"a":1},{'],
  ])('one that is cut off shows its whole tokens: %s', (text, want) => expect(shown(text, true)).toBe(want));

  test('nesting beyond any sense is not followed', () => {
    expect(shown(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toBeUndefined();
  });

  test('a text is the same JSON afterwards, but for its secrets', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const plain = new Redactor(() => key, []);
        const result = redactedJson(text, false, plain);
        expect(result).toBeDefined();
        expect(() => JSON.parse(result ?? '')).not.toThrow();
      }),
    );
  });

  test('of a text that is cut anywhere, nothing is shown that the complete text does not show', () => {
    const text =
      '{"a":"x","token":"t-1","list":[{"name":"secret","value":"v-2"},3],"password":{"p":"w-3"},"url":"?key=k-4"}';
    for (let at = 0; at <= text.length; at++) expect(shown(text.slice(0, at), true) ?? '').not.toMatch(/t-|v-|w-|k-/);
  });
});

// What is not linear would reach the time limit of a test.
test('no text makes redaction slow or throw', () => {
  for (const text of [
    'a'.repeat(60_000),
    '://'.repeat(20_000),
    'token='.repeat(10_000),
    'Bearer '.repeat(9000),
    '=:'.repeat(30_000),
    'a'.repeat(500_000),
    'ab=ab:'.repeat(80_000),
    'eyJ-'.repeat(100_000),
    '-eyJaaaaa.'.repeat(50_000),
    'token:eyJ'.repeat(50_000),
    '?ab=#'.repeat(100_000),
  ]) {
    redactor.text(text);
    redactor.pairs(text);
  }
  fc.assert(fc.property(fc.string(), fc.string(), (name, value) => void redactor.header(name, value)));
});
