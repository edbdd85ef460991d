import type { Refusal } from '../../diagnostics/index.ts';
import type { EndpointId, RouterListener } from '../../ir/index.ts';
import { parseProxyHeaders } from '../protocols/proxy-v2/index.ts';
import type { OpeningBuffer, ReadEnd } from './opening-buffer.ts';

/** Who a client is by the PROXY header, where one is expected. */
export interface ProxyIdentity {
  /** `address:port` of the client. */
  readonly source?: string;
  readonly endpoint?: EndpointId;
  /** The NCC of the endpoint. */
  readonly ncc?: string;
  /** Bytes in front of the client's own. */
  readonly headerBytes: number;
}

export type Identification =
  /** Every one of these NCCs must be granted what is asked for. */
  | { readonly is: 'identified'; readonly nccs: readonly string[]; readonly identity: ProxyIdentity }
  /** Not a client that the policy knows. Its opening is still read, so that it can be told why. */
  | { readonly is: 'unidentified'; readonly refusal: Refusal; readonly identity: ProxyIdentity }
  /** A load balancer's own connection, without data. */
  | { readonly is: 'health-check'; readonly identity: ProxyIdentity }
  | { readonly is: 'ended'; readonly end: ReadEnd };

const noHeader: ProxyIdentity = { headerBytes: 0 };

/** Reads the PROXY header where the listener takes its identity from it, and steps over it. */
export async function identify(
  buffer: OpeningBuffer,
  listener: RouterListener,
  policy: ReadonlyMap<string, string>,
): Promise<Identification> {
  if (listener.identity.by === 'listener')
    return { is: 'identified', nccs: listener.identity.nccs, identity: noHeader };
  const options = listener.speaks[0] === 'tcp' ? { further: 0 } : {};
  for (;;) {
    const answer = parseProxyHeaders(buffer.view, options);
    switch (answer.is) {
      case 'need-more': {
        // Any byte may show that there is no header, and a client without one may wait for an answer to its eighth.
        const end = await buffer.atLeast(buffer.length + 1);
        if (end) return { is: 'ended', end };
        continue;
      }
      case 'no-header':
        return unidentified(noHeader, answer.why);
      case 'bad':
        return unidentified(noHeader, answer.why, answer.code);
      case 'headers': {
        buffer.skip(answer.endsAt);
        const { command, source, endpoint } = answer.first;
        const identity: ProxyIdentity = {
          headerBytes: answer.endsAt,
          ...(source && { source: `${source.address}:${source.port}` }),
          ...(endpoint && { endpoint }),
        };
        if (command === 'LOCAL')
          return (await buffer.atLeast(1))
            ? { is: 'health-check', identity }
            : unidentified(identity, 'a PROXY header of a health check is followed by data');
        return nccsOf(identity, listener, policy);
      }
      default:
        return answer satisfies never;
    }
  }
}

/**
 * The NCCs of a client whose header is read, by the listener and policy of now. Asked again when the opening is complete:
 * a client that takes its time gets nothing that was taken from it meanwhile.
 */
export function nccsOf(
  identity: ProxyIdentity,
  listener: RouterListener,
  policy: ReadonlyMap<string, string>,
): Extract<Identification, { is: 'identified' | 'unidentified' }> {
  if (listener.identity.by === 'listener') return { is: 'identified', nccs: listener.identity.nccs, identity };
  const { endpoint } = identity;
  if (!endpoint) return unidentified(identity, 'the PROXY header carries no endpoint id');
  const ncc = policy.get(endpoint);
  if (ncc === undefined)
    return unidentified(identity, `endpoint ${endpoint} belongs to no NCC of the policy`, 'LG_UNKNOWN_ENDPOINT');
  return { is: 'identified', nccs: [ncc], identity: { ...identity, ncc } };
}

const unidentified = (
  identity: ProxyIdentity,
  why: string,
  code: Refusal['code'] = 'LG_NO_IDENTITY',
): Extract<Identification, { is: 'unidentified' }> => ({
  is: 'unidentified',
  refusal: { code, why },
  identity,
});
