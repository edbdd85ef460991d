import type { TLSSocket } from 'node:tls';
import type { IpAddress } from '../../ir/index.ts';
import type { FlowUpstream } from '../flows/recorder.ts';
import { tlsOf } from '../flows/tls-of.ts';
import type { LiveUpstream } from '../upstreams/upstream.ts';

/** What records say of a connection to an upstream. */
export function flowUpstreamOf(socket: TLSSocket, { plan }: LiveUpstream, address: IpAddress): FlowUpstream {
  return { name: `${plan.host}:${plan.port}`, address: `${address}:${plan.port}`, tls: tlsOf(socket) };
}
