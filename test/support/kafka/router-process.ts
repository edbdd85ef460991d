import type { Policy, RoutePlan } from '../../../src/ir/index.ts';
import type { ConnectionEvent, HostPort } from '../../../src/router/index.ts';
import { type Destinations, listenerAddresses, startLabRouter } from './router-host.ts';

/** What the parent asks for; each is answered by its number. */
export type Request =
  | { readonly do: 'start'; readonly plan: RoutePlan; readonly policy: Policy; readonly destinations: Destinations }
  | { readonly do: 'policy'; readonly policy: Policy }
  | { readonly do: 'destinations'; readonly destinations: Destinations }
  | { readonly do: 'reload'; readonly plan: RoutePlan };

export type Message =
  | {
      readonly number: number;
      readonly listeners?: Readonly<Record<string, HostPort>>;
      readonly readiness?: HostPort;
      readonly error?: string;
    }
  | { readonly event: ConnectionEvent };

const say = (message: Message): void => void process.send?.(message);
let running: Awaited<ReturnType<typeof startLabRouter>> | undefined;

async function answer(request: Request): Promise<Omit<Extract<Message, { number: number }>, 'number'>> {
  switch (request.do) {
    case 'start': {
      running = await startLabRouter({ id: 'forked', ...request, log: (event) => say({ event }) });
      const readiness = running.router.adminAddress;
      return { listeners: listenerAddresses(running.router, request.plan), ...(readiness && { readiness }) };
    }
    case 'policy':
      running?.router.setPolicy(request.policy);
      return {};
    case 'destinations':
      running?.move(request.destinations);
      return {};
    case 'reload': {
      const result = await running?.router.reload(request.plan);
      return result?.is === 'refused' ? { error: result.diagnostics.map((each) => each.message).join('; ') } : {};
    }
    default:
      return request satisfies never;
  }
}

process.on('message', ({ number, request }: { number: number; request: Request }) => {
  answer(request).then(
    (message) => say({ number, ...message }),
    (error: unknown) => say({ number, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
