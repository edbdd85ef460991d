import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RouterListener } from '../../src/ir/index.ts';
import { defaultLimits } from '../../src/router/index.ts';
import { makeProtocols, openingOf } from '../../src/router/opening/protocols.ts';
import { concat } from '../../src/router/protocols/bytes.ts';
import type { Exchange, Server } from '../../src/router/protocols/exchange.ts';
import { clientNccs, decide, routeTable } from '../../src/routing/index.ts';
import type { Outcome } from '../../src/topology/index.ts';
import { host } from '../plans/small-hub.ts';
import { realGreeting } from './mysql-backend.ts';
import { listeners, nccs, type Opening, openings, port, traceSays } from './openings.ts';

/**
 * The proof is worth what trace is worth. Both decide by `src/routing`; what can differ is how a claim is read from bytes.
 * For any listener and any opening, in bytes, the router does what trace says.
 */
const protocols = makeProtocols({
  limits: defaultLimits,
  now: () => 0,
  note: () => {},
  random: (length) => new Uint8Array(length).fill(1),
  deliver: () => {},
});

/** A server that greets as MySQL does; nothing else is asked of it here. */
const server: Server = {
  plan: { host: host('u.test'), port },
  ask: async <T>(exchange: Exchange<T>) => {
    const read = exchange.read(realGreeting);
    if (read.is === 'need-more') throw new Error('the greeting is incomplete');
    return read;
  },
};

async function routerSays(listener: RouterListener, ncc: string, { bytes }: Opening): Promise<Outcome> {
  const opening = openingOf(protocols, { owner: ncc, listener, servers: new Map([['u', server]]) });
  const said = [...bytes];
  // A MySQL client waits to be greeted.
  let prefix = listener.speaks.includes('mysql') ? new Uint8Array() : (said.shift() ?? new Uint8Array());
  for (;;) {
    const next = opening.next(prefix);
    const step = next.is === 'wait' ? await next.until : next;
    if (step.is === 'say') {
      const part = said.shift();
      if (!part) throw new Error('the router answers, and the client has nothing more to say');
      prefix = concat(prefix, part);
      continue;
    }
    if (step.is === 'refuse') return { is: 'refuse', code: step.refusal.code };
    if (step.is !== 'opened') throw new Error(`the router wants ${step.is}`);
    const decision = decide(routeTable(listener), step.claim, clientNccs(listener, [ncc]));
    return decision.is === 'route'
      ? { is: 'reach', target: decision.route.target }
      : { is: 'refuse', code: decision.code };
  }
}

test('the router does what trace says, for any listener and opening', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      listeners,
      fc.constantFrom(...nccs),
      fc.constantFrom(...openings),
      async (listener, ncc, opening) => {
        // A MySQL client waits to be greeted, so it sends nothing without a greeting; others do not wait.
        fc.pre(
          opening.claim.speech !== 'mysql' || listener.speaks.includes('mysql') || listener.speaks.includes('tcp'),
        );
        const outcome = await routerSays(listener, ncc, opening);
        seen.add(outcome.is === 'reach' ? 'reach' : outcome.code);
        expect(traceSays(listener, ncc, opening)).toEqual(outcome);
      },
    ),
    { numRuns: 3000 },
  );
  // The law was tried on every kind of answer.
  expect([...seen].sort()).toEqual(['LG_NAME_UNKNOWN', 'LG_NOT_GRANTED', 'LG_NO_NAME', 'LG_PROTOCOL', 'reach']);
});
