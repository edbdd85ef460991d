import type { Refusal } from '../../diagnostics/index.ts';
import type { EndpointId, RouterListener } from '../../ir/index.ts';
import { parseProxyHeaders } from '../protocols/proxy-v2/index.ts';
import type { Gathered, ReadEnd } from './gathered.ts';

/** What the PROXY header says, where one is expected. */
export interface Said {
  /** `address:port` of the client. */
  readonly source?: string;
  readonly endpoint?: EndpointId;
  /** The NCC of the endpoint. */
  readonly ncc?: string;
  /** Bytes in front of the client's own. */
  readonly headerBytes: number;
}

export type Identity =
  /** Every one of these NCCs must be granted what is asked for. */
  | { readonly is: 'known'; readonly nccs: readonly string[]; readonly said: Said }
  /** Nobody that the policy knows; the client is still heard out, so that it reads why. */
  | { readonly is: 'nobody'; readonly refusal: Refusal; readonly said: Said }
  /** A load balancer's own connection, without data. */
  | { readonly is: 'health-check'; readonly said: Said }
  | { readonly is: 'ended'; readonly ended: ReadEnd };

const silent: Said = { headerBytes: 0 };

/** Reads the PROXY header where the listener takes its identity from it, and steps over it. */
export async function identify(
  gathered: Gathered,
  listener: RouterListener,
  policy: ReadonlyMap<string, string>,
): Promise<Identity> {
  if (listener.identity.by === 'listener') return { is: 'known', nccs: listener.identity.nccs, said: silent };
  const options = listener.speaks[0] === 'tcp' ? { further: 0 } : {};
  for (;;) {
    const answer = parseProxyHeaders(gathered.view, options);
    switch (answer.is) {
      case 'need-more': {
        // Any byte may show that there is no header, and a client without one may wait for an answer to its eighth.
        const ended = await gathered.atLeast(gathered.length + 1);
        if (ended) return { is: 'ended', ended };
        continue;
      }
      case 'no-header':
        return nobody(silent, answer.why);
      case 'bad':
        return nobody(silent, answer.why, answer.code);
      case 'headers': {
        gathered.skip(answer.endsAt);
        const { command, source, endpoint } = answer.first;
        const said: Said = {
          headerBytes: answer.endsAt,
          ...(source && { source: `${source.address}:${source.port}` }),
          ...(endpoint && { endpoint }),
        };
        if (command === 'LOCAL')
          return (await gathered.atLeast(1))
            ? { is: 'health-check', said }
            : nobody(said, 'a PROXY header of a health check is followed by data');
        if (!endpoint) return nobody(said, 'the PROXY header carries no endpoint id');
        const ncc = policy.get(endpoint);
        if (ncc === undefined)
          return nobody(said, `endpoint ${endpoint} belongs to no NCC of the policy`, 'LG_UNKNOWN_ENDPOINT');
        return { is: 'known', nccs: [ncc], said: { ...said, ncc } };
      }
      default:
        return answer satisfies never;
    }
  }
}

const nobody = (said: Said, why: string, code: Refusal['code'] = 'LG_NO_IDENTITY'): Identity => ({
  is: 'nobody',
  refusal: { code, why },
  said,
});
