import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { serverCa } from '../../../../test/support/inspected.ts';
import { http2Server } from '../../../../test/support/inspected-http2.ts';
import type { IpAddress } from '../../../ir/index.ts';
import type { Secured } from '../../inspect/upstream-pool.ts';
import { UpstreamSession } from './upstream-session.ts';

test('one that is destroyed at any moment of its beginning ends in order', async () => {
  const ca = await serverCa();
  const server = await http2Server(await ca.issue('a.test'));
  for (const ticks of [0, 1, 2, 3, 4, 5]) {
    const where = { host: '127.0.0.1', port: server.port, servername: 'a.test', ca: ca.pem, ALPNProtocols: ['h2'] };
    const socket = connect(where);
    await new Promise<void>((resolve) => socket.once('secureConnect', resolve));
    const live = { plan: { host: 'a.test', port: server.port, key: 'u-1' } } as Secured['live'];
    let lost = 0;
    const opened: Secured = { is: 'secure', socket, live, address: '127.0.0.1' as IpAddress, lost: () => void lost++ };
    await new Promise<void>((resolve) => {
      const session = new UpstreamSession({
        ...{ live, opened, pool: undefined as never, protocols: undefined as never, settingsMs: 1000, lingerMs: 1000 },
        onOpen: () => {},
        onGone: () => {},
        onClosed: () => resolve(),
      });
      const destroy = (left: number): void => {
        if (left === 0) session.destroy();
        else process.nextTick(destroy, left - 1);
      };
      destroy(ticks);
    });
    expect(lost).toBe(1);
  }
  await server.close();
});
