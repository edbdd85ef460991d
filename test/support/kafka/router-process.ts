import type { Policy, RoutePlan } from '../../../src/ir/index.ts';
import type { ConnectionEvent, HostPort } from '../../../src/router/index.ts';
import { type Destinations, listenerAddresses, startLabRouter } from './router-host.ts';

/** What the parent asks for; each is answered by its number. */
export type Ask =
  | { readonly do: 'start'; readonly plan: RoutePlan; readonly policy: Policy; readonly destinations: Destinations }
  | { readonly do: 'policy'; readonly policy: Policy }
  | { readonly do: 'destinations'; readonly destinations: Destinations }
  | { readonly do: 'reload'; readonly plan: RoutePlan };

export type Said =
  | {
      readonly number: number;
      readonly listeners?: Readonly<Record<string, HostPort>>;
      readonly readiness?: HostPort;
      readonly error?: string;
    }
  | { readonly event: ConnectionEvent };

const say = (message: Said): void => void process.send?.(message);
let running: Awaited<ReturnType<typeof startLabRouter>> | undefined;

async function answer(ask: Ask): Promise<Omit<Extract<Said, { number: number }>, 'number'>> {
  switch (ask.do) {
    case 'start': {
      running = await startLabRouter({ id: 'forked', ...ask, log: (event) => say({ event }) });
      const readiness = running.router.adminAddress;
      return { listeners: listenerAddresses(running.router, ask.plan), ...(readiness && { readiness }) };
    }
    case 'policy':
      running?.router.setPolicy(ask.policy);
      return {};
    case 'destinations':
      running?.move(ask.destinations);
      return {};
    case 'reload': {
      const result = await running?.router.reload(ask.plan);
      return result?.is === 'refused' ? { error: result.diagnostics.map((each) => each.message).join('; ') } : {};
    }
    default:
      return ask satisfies never;
  }
}

process.on('message', ({ number, ask }: { number: number; ask: Ask }) => {
  answer(ask).then(
    (said) => say({ number, ...said }),
    (error: unknown) => say({ number, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
