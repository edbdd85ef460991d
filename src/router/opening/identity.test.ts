import { afterEach, describe, expect, test } from 'vitest';
import { headerOf, localHeader } from '../../../test/conformance/clients.ts';
import { SocketPairs } from '../../../test/support/sockets.ts';
import type { RouterListener, Speech } from '../../ir/index.ts';
import { identify, nccsOf } from './identity.ts';
import { OpeningBuffer } from './opening-buffer.ts';

const pairs = new SocketPairs();
afterEach(() => pairs.close());

const known = 'vpce-0aaaaaaaaaaaaaaaa';
const policy = new Map([[known, 'n-1']]);
const header = headerOf(known);

const listener = (identity: RouterListener['identity'], ...speaks: Speech[]) =>
  ({ key: 'l', identity, speaks }) as unknown as RouterListener;
const byEndpoint = listener({ by: 'endpoint' }, 'tls');

/** Who sends these bytes, and what is left of them in front of the opening. */
async function identifying(of: RouterListener, ...parts: (Uint8Array | string)[]) {
  const { near, far } = await pairs.make();
  const buffer = new OpeningBuffer(near);
  const result = identify(buffer, of, policy);
  for (const part of parts) await new Promise<void>((resolve) => far.write(part, () => resolve()));
  return { result, buffer, far };
}

describe('where the listener is the identity', () => {
  test('no byte is waited for, and every NCC that can dial it counts', async () => {
    const { result } = await identifying(listener({ by: 'listener', nccs: ['n-1', 'n-2'] }, 'tcp'));
    expect(await result).toEqual({ is: 'identified', nccs: ['n-1', 'n-2'], identity: { headerBytes: 0 } });
  });
});

describe('where the endpoint is the identity', () => {
  test('its header is stepped over, and names its NCC', async () => {
    const { result, buffer } = await identifying(byEndpoint, header, 'hello');
    expect(await result).toEqual({
      is: 'identified',
      nccs: ['n-1'],
      identity: { headerBytes: header.length, source: '10.9.8.7:40000', endpoint: known, ncc: 'n-1' },
    });
    expect(buffer.skipped).toBe(header.length);
    await buffer.atLeast(5);
    expect(Buffer.from(buffer.view).toString()).toBe('hello');
  });

  test('a header that comes byte by byte is read the same', async () => {
    const { result } = await identifying(byEndpoint, ...[...header].map((byte) => Uint8Array.of(byte)), 'x');
    expect(await result).toMatchObject({ is: 'identified', nccs: ['n-1'] });
  });

  test('only the first header is believed; where any bytes may follow, the second is the client’s own', async () => {
    const other = headerOf('vpce-0bbbbbbbbbbbbbbbb');
    const skipped = await identifying(byEndpoint, header, other, 'x');
    expect(await skipped.result).toMatchObject({ is: 'identified', nccs: ['n-1'] });
    expect(skipped.buffer.skipped).toBe(2 * header.length);
    const kept = await identifying(listener({ by: 'endpoint' }, 'tcp'), header, other, 'x');
    expect(await kept.result).toMatchObject({ is: 'identified', nccs: ['n-1'] });
    expect(kept.buffer.skipped).toBe(header.length);
  });

  test.each<[string, Uint8Array | string, object]>([
    ['no header', 'GET / HTTP/1.1\r\n', { code: 'LG_NO_IDENTITY' }],
    ['a header of version 1', 'PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n', { code: 'LG_NO_IDENTITY' }],
    [
      'an endpoint that the policy does not know',
      headerOf('vpce-0bbbbbbbbbbbbbbbb'),
      { code: 'LG_UNKNOWN_ENDPOINT', why: expect.stringContaining('vpce-0bbbbbbbbbbbbbbbb') },
    ],
    ['a header without an endpoint', headerOf(), { code: 'LG_NO_IDENTITY', why: expect.stringContaining('id') }],
    [
      'a header with a wrong checksum',
      Uint8Array.from(header, (byte, i) => (i === 20 ? byte ^ 1 : byte)),
      { code: 'LG_NO_IDENTITY', why: expect.stringContaining('checksum') },
    ],
  ])('%s is not identified', async (_, bytes, refusal) => {
    const { result } = await identifying(byEndpoint, bytes, 'x');
    expect(await result).toMatchObject({ is: 'unidentified', refusal });
  });

  test('a client whose first byte is of no header need not send a second one to be told', async () => {
    const { result } = await identifying(byEndpoint, 'G');
    expect(await result).toMatchObject({ is: 'unidentified', refusal: { code: 'LG_NO_IDENTITY' } });
  });

  test('a client that is not identified keeps what the header said of it', async () => {
    const { result } = await identifying(byEndpoint, headerOf('vpce-0bbbbbbbbbbbbbbbb'), 'x');
    expect(await result).toMatchObject({
      identity: { endpoint: 'vpce-0bbbbbbbbbbbbbbbb', headerBytes: header.length },
    });
  });

  test('a load balancer that speaks for itself and sends nothing is a health check; with data it is not', async () => {
    const quiet = await identifying(byEndpoint, localHeader);
    quiet.far.end();
    expect(await quiet.result).toEqual({ is: 'health-check', identity: { headerBytes: localHeader.length } });
    const talking = await identifying(byEndpoint, localHeader, 'x');
    expect(await talking.result).toMatchObject({ is: 'unidentified', refusal: { code: 'LG_NO_IDENTITY' } });
  });

  test.each([
    ['before it', undefined],
    ['inside it', header.subarray(0, 30)],
  ])('a client that ends %s is told as ended', async (_, bytes) => {
    const { result, far } = await identifying(byEndpoint, ...(bytes ? [bytes] : []));
    far.end();
    expect(await result).toEqual({ is: 'ended', end: 'ended' });
  });
});

describe('asked again, when the opening is complete', () => {
  const identity = { headerBytes: 0, endpoint: known } as Parameters<typeof nccsOf>[0];

  test('the policy and the listener of that moment count', () => {
    expect(nccsOf(identity, byEndpoint, policy)).toMatchObject({ is: 'identified', nccs: ['n-1'] });
    expect(nccsOf(identity, byEndpoint, new Map())).toMatchObject({
      is: 'unidentified',
      refusal: { code: 'LG_UNKNOWN_ENDPOINT' },
      identity,
    });
    const byListener = listener({ by: 'listener', nccs: ['n-2'] }, 'tls');
    expect(nccsOf(identity, byListener, policy)).toEqual({ is: 'identified', nccs: ['n-2'], identity });
  });
});
