import type { Socket } from 'node:net';

/** Types of frames. @see RFC 9113 section 6 */
export const frameTypes = {
  ...{ data: 0, headers: 1, priority: 2, reset: 3, settings: 4 },
  ...{ ping: 6, goaway: 7, windowUpdate: 8, continuation: 9 },
} as const;
export const flags = { endStream: 1, endHeaders: 4 } as const;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** One frame as it is sent; nothing is checked. */
export function frame(type: number, flag: number, stream: number, payload: Uint8Array | string = ''): Buffer {
  const body = Buffer.from(payload as string, 'latin1');
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flag, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}

/** What an HTTP/2 client begins with. */
export const preface = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(frameTypes.settings, 0, 0),
]);

/** Fields as literals without an index, in HPACK; any bytes go. @see RFC 7541 section 6.2.2 */
export const fieldBlock = (fields: readonly (readonly [string, string])[]): Buffer =>
  Buffer.concat(fields.map(([name, value]) => Buffer.concat([Buffer.from([0]), textOf(name), textOf(value)])));

function textOf(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  const length: number[] = [];
  if (bytes.length < 127) length.push(bytes.length);
  else {
    length.push(127);
    let rest = bytes.length - 127;
    for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128);
    length.push(rest);
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}

/** HEADERS of a request, and DATA where there is a body. */
export function request(stream: number, fields: readonly (readonly [string, string])[], body?: string): Buffer {
  const end = body === undefined ? flags.endStream : 0;
  const head = frame(frameTypes.headers, flags.endHeaders | end, stream, fieldBlock(fields));
  return body === undefined ? head : Buffer.concat([head, frame(frameTypes.data, flags.endStream, stream, body)]);
}

export const requestFields = (path: string, method = 'GET', authority = 'a.test'): [string, string][] => [
  [':method', method],
  [':scheme', 'https'],
  [':authority', authority],
  [':path', path],
];

/** Reads frames until one is as wanted, or the connection is over. */
export function readFrames(socket: Socket, isLast: (frame: Frame) => boolean): Promise<readonly Frame[]> {
  return new Promise((resolve) => {
    const frames: Frame[] = [];
    let held = Buffer.alloc(0);
    const done = (): void => {
      socket.off('data', onData).off('end', done).off('close', done);
      resolve(frames);
    };
    const onData = (chunk: Buffer): void => {
      held = Buffer.concat([held, chunk]);
      while (held.length >= 9 && held.length >= 9 + held.readUIntBE(0, 3)) {
        const length = held.readUIntBE(0, 3);
        const one = {
          ...{ type: held.readUInt8(3), flags: held.readUInt8(4), stream: held.readUInt32BE(5) & 0x7fffffff },
          payload: held.subarray(9, 9 + length),
        };
        held = held.subarray(9 + length);
        frames.push(one);
        if (isLast(one)) {
          socket.pause();
          done();
          return;
        }
      }
    };
    socket.on('data', onData).once('end', done).once('close', done);
    socket.resume();
  });
}

/** What ended a stream, as one word: `goaway N`, `reset N`, `answer`, `closed`. */
export async function outcomeOf(socket: Socket, stream: number): Promise<string> {
  const isEnd = ({ type, stream: on, flags: flag }: Frame): boolean =>
    type === frameTypes.goaway ||
    (on === stream && (type === frameTypes.reset || (flag & flags.endStream) !== 0 || type === frameTypes.headers));
  const last = (await readFrames(socket, isEnd)).at(-1);
  if (!last || !isEnd(last)) return 'closed';
  if (last.type === frameTypes.goaway) return `goaway ${last.payload.readUInt32BE(4)}`;
  return last.type === frameTypes.reset ? `reset ${last.payload.readUInt32BE(0)}` : 'answer';
}
