import type { Policy, RoutePlan } from '../../../src/ir/index.ts';
import type { ConnectionEvent, HostPort } from '../../../src/router/index.ts';
import { listenerPlaces, startLabRouter, type Whereabouts } from './router-host.ts';

/** What the parent asks for; each is answered by its number. */
export type Ask =
  | { readonly do: 'start'; readonly plan: RoutePlan; readonly policy: Policy; readonly whereabouts: Whereabouts }
  | { readonly do: 'policy'; readonly policy: Policy }
  | { readonly do: 'whereabouts'; readonly whereabouts: Whereabouts }
  | { readonly do: 'reload'; readonly plan: RoutePlan };

export type Said =
  | {
      readonly number: number;
      readonly places?: Readonly<Record<string, HostPort>>;
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
      return { places: listenerPlaces(running.router, ask.plan), ...(readiness && { readiness }) };
    }
    case 'policy':
      running?.router.setPolicy(ask.policy);
      return {};
    case 'whereabouts':
      running?.move(ask.whereabouts);
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
