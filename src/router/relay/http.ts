import type { Socket } from 'node:net';
import type { Route } from '../../ir/index.ts';
import type { Refusal } from '../protocols/answer.ts';
import type { RouteTable } from '../route-table.ts';
import { type RelayEnd, relay } from './relay.ts';

export interface HttpRelay {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly table: RouteTable;
  readonly route: Route;
  readonly first: Buffer;
  readonly done: (end: RelayEnd | 'refused', refusal?: Refusal) => void;
}

export function relayHttp({ client, upstream, first, done }: HttpRelay): void {
  upstream.write(first);
  relay(client, upstream, done);
}
