import { gzipSync } from 'node:zlib';

/** A request and its answer with one secret in a place where secrets are known to be. */
export interface SecretExchange {
  /** Target of the request. */
  readonly target: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly body?: Buffer;
  readonly answerFields?: readonly (readonly [string, string])[];
  readonly answer?: Buffer;
}

const json = ['Content-Type', 'application/json'] as const;
const form = ['Content-Type', 'application/x-www-form-urlencoded'] as const;
const at = (target: string): SecretExchange => ({ target, fields: [] });
const field = (name: string, value: string): SecretExchange => ({ target: '/', fields: [[name, value]] });
const answerField = (name: string, value: string): SecretExchange => ({ ...at('/'), answerFields: [[name, value]] });
const body = (value: unknown): SecretExchange => ({
  target: '/',
  fields: [json],
  body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
});
const answer = (value: string, type: string, ...more: (readonly [string, string])[]): SecretExchange => ({
  ...at('/'),
  answerFields: [['Content-Type', type], ...more],
  answer: Buffer.from(value),
});

/** A flow may not show the secret, wherever it is. `url` is the secret as it is written into a URL. */
export const secretPlaces: Readonly<Record<string, (secret: string, url: string) => SecretExchange>> = {
  'a bearer token': (s) => field('Authorization', `Bearer ${s}`),
  'an authorization without scheme': (s) => field('Authorization', s),
  'an authorization in two words': (s) => field('authorization', `x ${s}`),
  'a cookie': (s) => field('Cookie', `theme=dark; session=${s}`),
  'a cookie set': (s) => answerField('Set-Cookie', `session=${s}; Secure`),
  'an API key': (s) => field('X-Api-Key', s),
  'a session token of AWS': (s) => field('x-amz-security-token', s),
  'another token': (s) => field('X-Company-Token', s),
  'another secret': (s) => field('X-Company-Secret', s),
  'a field that the plan names': (s) => field('X-Employee', s),
  'the token of a WebSocket': (s) => field('Sec-WebSocket-Protocol', `v1, base64url.bearer.${s}${s}`),
  'the user of a referrer': (_, u) => field('Referer', `https://user:${u}@a.test/`),
  'the query of a referrer': (_, u) => field('Referer', `https://a.test/?access_token=${u}`),
  'a redirect': (_, u) => answerField('Location', `https://a.test/cb?state=1&code=${u}`),
  'a link': (_, u) => answerField('Link', `<https://a.test/?sig=${u}>; rel=next`),
  'a query': (_, u) => at(`/x?a=1&access_token=${u}&b=2`),
  'a name of a query in percents': (_, u) => at(`/x?%61ccess%5Ftoken=${u}`),
  'a signed URL': (_, u) => at(`/x?X-Amz-Credential=${u}&X-Amz-Signature=${u}`),
  'a URL in a query': (_, u) => at(`/x?next=${encodeURIComponent(`https://a.test/?token=${u}`)}`),
  'a query that the plan names': (_, u) => at(`/x?iban=${u}`),
  JSON: (s) => body({ a: 1, password: s }),
  'JSON, deep down': (s) => body({ a: [{ b: { c: [{ clientSecret: s }] } }] }),
  'JSON below a secret name': (s) => body({ credentials: { user: 'a', list: [s, { deep: s }] } }),
  'JSON that names its value': (s) => body([{ name: 'DB_PASSWORD', value: s }]),
  'JSON that names its value late': (s) => body([{ value: s, key: 'DB_PASSWORD' }]),
  'JSON in JSON': (s) => body({ body: JSON.stringify({ api_key: s }) }),
  'a URL in JSON': (_, u) => body({ url: `https://a.test/x?X-Amz-Signature=${u}` }),
  'a sentence in JSON': (s) => body({ message: `cannot log in with password="${s}"` }),
  'JSON that is none': (s) => body(`{"password": ${s}}}`),
  'JSON that is cut off': (s) => body(`{"x":"${'x'.repeat(16_350)}","password":"${s}${s}${s}"}`),
  'a form': (_, u) => ({ target: '/', fields: [form], body: Buffer.from(`user=a&password=${u}`) }),
  'a text': (s) => answer(`the password is ${s}`, 'text/plain'),
  'a page': (s) => answer(`<input name=token value="${s}">`, 'text/html'),
  'an event': (s) => answer(`event: a\ndata: {"token":"${s}"}\n\n`, 'text/event-stream'),
  'an event that is text': (s) => answer(`data: ${s}\n\n`, 'text/event-stream'),
  'lines of JSON': (s) => answer(`{"a":1}\n{"secret":"${s}"}\n`, 'application/x-ndjson'),
  'an answer': (s) => answer(JSON.stringify({ access_token: s, token_type: 'Bearer' }), 'application/json'),
  'a compressed answer': (s) => ({
    ...at('/'),
    answerFields: [
      ['Content-Type', 'application/json'],
      ['Content-Encoding', 'gzip'],
    ],
    answer: gzipSync(JSON.stringify({ access_token: s })),
  }),
};
