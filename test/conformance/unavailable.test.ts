import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backend, tlsBackend } from './backends.ts';
import { headerOf, whoAnswers } from './clients.ts';
import { engines, type RunningEngine } from './engines.ts';
import { endpointA, endpointB, setupOf } from './setup.ts';

/** Kafka's Java client gives up at any TLS alert and tries again after a reset. */
describe.each(engines)('$name engine: a route whose clients take an alert for final', ({ start }) => {
  let broker: Backend;
  let engine: RunningEngine;
  const [a, b] = [endpointA, endpointB].map(headerOf);
  const ask = (name: string, header: Uint8Array | undefined): Promise<string> =>
    whoAnswers(engine.addressOf('s-1/9098'), { name, ...(header && { header }) });

  beforeAll(async () => {
    broker = await tlsBackend('b-1.test');
    const action = { unavailable: 'reset' } as const;
    engine = await start(
      setupOf([
        {
          key: 's-1/9098',
          clientPort: 9098,
          speaks: ['tls'],
          routes: [
            { name: 'b-1.test', to: broker.port, action },
            { name: 'b-2.test', to: 1, action },
            { name: 'explained.test', to: 1 },
          ],
        },
      ]),
    );
  });
  afterAll(async () => {
    await engine.close();
    await broker.close();
  });

  test.each([
    ['the server answers', 'b-1.test', a, 'b-1.test'],
    ['a dead server resets, as without a router', 'b-2.test', a, 'broke: ECONNRESET'],
    ['a dead server of another route is explained', 'explained.test', a, 'alert: internal_error'],
    ['what stays refused is still said', 'b-1.test', b, 'alert: access_denied'],
  ])('%s', async (_, name, header, want) => {
    expect(await ask(name, header)).toBe(want);
  });
});
