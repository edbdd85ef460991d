import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, fromLatin1, latin1 } from '../bytes.ts';
import { type BodyState, bodyStart, chunkLineMax, readBody, trailerCapBytes } from './body.ts';
import type { HeadCause } from './fault.ts';

const chunks = bodyStart({ by: 'chunks' });
const next = 'GET / HTTP/1.1\r\n';

/** Reads a body given in pieces; tells what is left over for the next message, or the cause of the refusal. */
function readIn(start: BodyState, pieces: readonly Uint8Array[]): { rest: string; state: BodyState } | string {
  let state = start;
  let rest = '';
  for (const piece of pieces) {
    if (state.in === 'end') {
      rest += latin1(piece);
      continue;
    }
    const step = readBody(state, piece);
    if (step.is === 'bad') return step.cause;
    state = step.state;
    rest += latin1(piece.subarray(step.used));
  }
  return { rest, state };
}

test.each<[string, BodyState, string]>([
  ['no body', bodyStart({ by: 'none' }), ''],
  ['a length', bodyStart({ by: 'length', bytes: 5 }), 'hello'],
  ['one chunk', chunks, '5\r\nhello\r\n0\r\n\r\n'],
  ['sizes in both cases and with leading zeros', chunks, '00a\r\n0123456789\r\nA\r\n0123456789\r\n000\r\n\r\n'],
  ['extensions', chunks, '5;name="a b";x\r\nhello\r\n0 ;last\r\n\r\n'],
  ['trailers', chunks, '1\r\na\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n'],
  ['content that looks like chunks', chunks, '7\r\n0\r\n\r\nGE\r\n0\r\n\r\n'],
])('%s ends where it ends, however it is cut', (_, start, text) => {
  const whole = fromLatin1(text + next);
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: whole.length }), { maxLength: 20 }), (cuts) => {
      const ends = [...cuts.sort((a, b) => a - b), whole.length];
      const pieces = ends.map((end, i) => whole.subarray(ends[i - 1] ?? 0, end));
      expect(readIn(start, pieces)).toEqual({ rest: next, state: { in: 'end' } });
    }),
  );
});

test('a body until the end of the connection takes everything', () => {
  expect(readIn(bodyStart({ by: 'close' }), [fromLatin1('a'), fromLatin1('b')])).toMatchObject({ rest: '' });
});

test('an unfinished body is not at its end', () => {
  for (const text of ['5\r\nhello', '5\r\nhello\r\n0\r\n', '5\r\nhello\r\n0\r\nX: y\r\n', '5'])
    expect(readIn(chunks, [fromLatin1(text)])).toMatchObject({
      rest: '',
      state: { in: expect.not.stringMatching('^end$') },
    });
});

test.each<[HeadCause, string, string]>([
  ['chunk', 'a size with a sign', '+5\r\nhello\r\n'],
  ['chunk', 'a size with 0x', '0x5\r\nhello\r\n'],
  ['chunk', 'a space before the size', ' 5\r\nhello\r\n'],
  ['chunk', 'no size', '\r\nhello\r\n'],
  ['chunk', 'a size line ended by LF', '5\nhello\r\n'],
  ['chunk', 'a lone CR in an extension', '5;a\rb\r\nhello\r\n'],
  ['chunk', 'a LF in an extension', '5;a\n0\r\n\r\n'],
  ['chunk', 'a size over 2^48', '1000000000000\r\n'],
  ['chunk', 'a chunk longer than its size', '4\r\nhello\r\n'],
  ['chunk', 'other bytes in place of a line end', '5\r\nhelloXY0\r\n\r\n'],
  ['chunk', 'a chunk ended by LF', '5\r\nhello\n0\r\n\r\n'],
  ['chunk', 'a size line that does not end', `5;${'a'.repeat(chunkLineMax + 2)}`],
  ['too-big', 'trailers that do not end', `0\r\n${'X: y\r\n'.repeat(trailerCapBytes / 6)}X: y\r\n`],
  ['bare-newline', 'a trailer ended by LF', '0\r\nX: y\n\r\n'],
  ['bare-newline', 'an empty line of LF', '0\r\n\n'],
  ['bare-return', 'a lone CR in a trailer', '0\r\nX: y\rHost: other\r\n\r\n'],
  ['field', 'Content-Length in the trailers', '0\r\nContent-Length: 5\r\n\r\n'],
  ['field', 'a coding with an underscore in the trailers', '0\r\nTransfer_Encoding: chunked\r\n\r\n'],
  ['field', 'Host in the trailers', '0\r\nhost: other.test\r\n\r\n'],
  ['field', 'a trailer without colon', '0\r\nnonsense\r\n\r\n'],
  ['folded-field', 'a folded trailer', '0\r\nX: y\r\n z\r\n\r\n'],
])('%s: %s', (cause, _, text) => {
  expect(readIn(chunks, [fromLatin1(text)])).toBe(cause);
  expect(
    readIn(
      chunks,
      [...fromLatin1(text)].map((byte) => Uint8Array.of(byte)),
    ),
  ).toBe(cause);
});

test('any bytes are read or refused, in whole or byte by byte alike', () => {
  const word = fc.constantFrom('5\r\n', 'hello', '\r\n', '0\r\n', ';', 'X: y', '\n', '\r', 'f', ' ');
  const near = fc.array(word, { maxLength: 15 }).map((words) => fromLatin1(words.join('')));
  fc.assert(
    fc.property(fc.oneof(near, fc.uint8Array()), (bytes) => {
      const whole = readIn(chunks, [bytes]);
      expect(
        readIn(
          chunks,
          [...bytes].map((byte) => Uint8Array.of(byte)),
        ),
      ).toEqual(whole);
      expect(readIn(chunks, [concat(bytes)])).toEqual(whole);
    }),
    { numRuns: 500 },
  );
});
