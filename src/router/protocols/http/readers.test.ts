import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromLatin1, latin1 } from '../bytes.ts';
import { RequestReader } from './request-reader.ts';
import { ResponseReader } from './response-reader.ts';

/** What a reader handed out: `HEAD` before each head, then its bytes and those of its body; the fault at the end. */
interface Handed {
  text: string;
  bad?: string;
}

function readRequests(chunks: readonly Uint8Array[]): Handed {
  const reader = new RequestReader();
  const handed: Handed = { text: '' };
  for (const chunk of chunks) {
    reader.push(chunk);
    while (reader.held.length > 0) {
      const part = reader.next();
      if (part.is === 'need-more') break;
      if (part.is === 'bad' || part.is === 'not-http') return { ...handed, bad: part.why };
      handed.text += (part.is === 'head' ? 'HEAD ' : '') + latin1(part.bytes);
    }
  }
  return handed;
}

function readResponses(chunks: readonly Uint8Array[], methods: readonly string[]): Handed {
  const reader = new ResponseReader();
  const handed: Handed = { text: '' };
  let answered = 0;
  for (const chunk of chunks) {
    reader.push(chunk);
    while (reader.held.length > 0) {
      const part = reader.next(methods[answered] ?? '');
      if (part.is === 'need-more') break;
      if (part.is === 'bad') return { ...handed, bad: part.why };
      if (part.is === 'surplus') return { ...handed, bad: 'surplus' };
      handed.text += (part.is === 'head' ? 'HEAD ' : '') + latin1(part.bytes);
      if (!reader.isWhole) continue;
      answered += 1;
      if (answered < methods.length) reader.reset();
    }
  }
  return handed;
}

const cut = (whole: Uint8Array, at: readonly number[]): Uint8Array[] =>
  [0, ...at].map((from, i) => whole.subarray(from, at[i] ?? whole.length));
const cuts = (whole: Uint8Array) =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: whole.length - 1 }), { maxLength: 12 })
    .map((at) => at.sort((a, b) => a - b));

const first = 'POST /a HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\n';
const second = 'PUT /b HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n';
const chunked = '3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n';
const third = 'GET /c HTTP/1.1\r\nHost: a.test\r\n\r\n';

describe('a stream of requests', () => {
  const whole = fromLatin1(`${first}12345${second}${chunked}${third}`);

  test('is handed out whole, heads told from bodies, however it is cut', () => {
    fc.assert(
      fc.property(cuts(whole), (at) => {
        expect(readRequests(cut(whole, at))).toEqual({
          text: `HEAD ${first}12345HEAD ${second}${chunked}HEAD ${third}`,
        });
      }),
    );
  });

  test('says when a body is not whole, and keeps what it does not hand out', () => {
    const reader = new RequestReader();
    reader.push(fromLatin1(`${first}123`));
    expect(reader.isInBody).toBe(false);
    expect(reader.next()).toMatchObject({ is: 'head', head: { path: '/a' } });
    expect(reader.isInBody).toBe(true);
    expect(reader.next()).toEqual({ is: 'body', bytes: fromLatin1('123') });
    expect(reader.held).toHaveLength(0);
    reader.push(fromLatin1('45GET'));
    reader.next();
    expect(reader.isInBody).toBe(false);
    expect(reader.next()).toEqual({ is: 'need-more' });
    expect(latin1(reader.held)).toBe('GET');
  });

  test('ends with its first fault, however it is cut', () => {
    const bad = fromLatin1(`${first}12345${second}zz\r\n`);
    fc.assert(
      fc.property(cuts(bad), (at) => {
        expect(readRequests(cut(bad, at)).bad).toMatch(/chunk is malformed/);
      }),
    );
  });
});

describe('a stream of responses', () => {
  const interim = 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n';
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n';
  const none = 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n';
  const lasting = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  const whole = fromLatin1(`${interim}${ok}12345${none}${ok}${lasting}${chunked}`);
  const methods = ['GET', 'GET', 'HEAD', 'GET'];

  test('is handed out whole, however it is cut', () => {
    fc.assert(
      fc.property(cuts(whole), (at) => {
        expect(readResponses(cut(whole, at), methods)).toEqual({
          text: `HEAD ${interim}HEAD ${ok}12345HEAD ${none}HEAD ${ok}HEAD ${lasting}${chunked}`,
        });
      }),
    );
  });

  test('tells what stands behind a whole response, and takes nothing of it', () => {
    expect(readResponses([concat(whole, fromLatin1('EXTRA'))], methods).bad).toBe('surplus');
    const reader = new ResponseReader();
    reader.push(fromLatin1(`${none}EXTRA`));
    reader.next('GET');
    expect([reader.next('GET').is, reader.next('GET').is, latin1(reader.held)]).toEqual([
      'surplus',
      'surplus',
      'EXTRA',
    ]);
  });

  test('knows where it stands', () => {
    const reader = new ResponseReader();
    reader.push(fromLatin1(interim));
    reader.next('GET');
    expect([reader.hasBegun, reader.isWhole]).toEqual([false, false]);
    reader.push(fromLatin1('HTTP/1.0 200 OK\r\n\r\nall'));
    reader.next('GET');
    expect([reader.hasBegun, reader.isWhole, reader.endsAtClose]).toEqual([true, false, true]);
    reader.next('GET');
    reader.close();
    expect([reader.isWhole, reader.endsAtClose]).toEqual([true, false]);
    reader.reset();
    expect(reader.hasBegun).toBe(false);
  });

  test('is HTTP no more behind a 101', () => {
    const reader = new ResponseReader();
    reader.push(fromLatin1('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n\x01\x02'));
    expect(reader.next('GET')).toMatchObject({ is: 'head', head: { status: 101 } });
    expect([reader.hasBegun, latin1(reader.held)]).toEqual([false, '\x01\x02']);
  });
});
