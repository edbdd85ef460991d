import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { readToEnd } from '../../../test/support/sockets.ts';
import { Delivery } from './deliver.ts';

test('a packet arrives on a connection of its own; what is too much at once is dropped, and room comes back', async () => {
  const arrived: Socket[] = [];
  let tell: () => void = () => {};
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    arrived.push(socket);
    tell();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const to = { host: '127.0.0.1', port: bound && typeof bound === 'object' ? bound.port : 0 };
  const until = async (count: number): Promise<void> => {
    while (arrived.length < count)
      await new Promise<void>((resolve) => {
        tell = resolve;
      });
  };

  const delivery = new Delivery();
  const sent = Array.from({ length: 66 }, (_, i) => delivery.send(to, Buffer.from(`packet ${i}`)));
  expect(sent.filter(Boolean)).toHaveLength(64);
  await until(64);
  const [first] = arrived;
  if (!first) throw new Error('nothing arrived');
  expect(await readToEnd(first)).toMatch(/^packet \d+$/);
  expect(delivery.send(to, Buffer.from('no room'))).toBe(false);
  first.end();
  // The sender's side closes once it has seen that end; then there is room for one.
  while (!delivery.send(to, Buffer.from('late'))) await new Promise<void>((resolve) => setImmediate(resolve));
  await until(65);
  const last = arrived.at(-1);
  expect(last && (await readToEnd(last))).toBe('late');
  for (const socket of arrived) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});
