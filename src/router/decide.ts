import type { RefusalCode } from '../diagnostics/index.ts';
import type { Route } from '../ir/index.ts';
import type { Asked, RouteTable } from './route-table.ts';

export type Decision =
  | { readonly is: 'route'; readonly route: Route }
  | { readonly is: 'refuse'; readonly code: RefusalCode; readonly why: string };

/**
 * Whom a connection may reach: the route that has its name on this listener, if its NCC is granted it. Everything else
 * is refused, and the sentence says why. The name is looked up before the grant, so that both mistakes read differently
 * in the log; a client that is not granted learns no more than that the name is known here.
 *
 * @param nccs The NCC of the connection's endpoint, or, where the listener is the identity, every NCC that can dial it:
 *   then all of them must be granted.
 */
export function decide(table: RouteTable, asked: Asked, nccs: readonly string[]): Decision {
  const found = findRoute(table, asked);
  if (found.is === 'refuse') return found;
  const { route } = found;
  const missing = nccs.find((ncc) => !route.allow.includes(ncc));
  if (nccs.length === 0 || missing !== undefined)
    return {
      is: 'refuse',
      code: 'LG_NOT_GRANTED',
      why: `${nccs.length === 0 ? 'nobody is' : `NCC ${missing} was not`} granted target ${route.target} here`,
    };
  return found;
}

function findRoute(table: RouteTable, asked: Asked): Decision {
  const port = table.listener.clientPort;
  switch (asked.by) {
    case 'port':
      return table.byPort
        ? { is: 'route', route: table.byPort }
        : { is: 'refuse', code: 'LG_NAME_UNKNOWN', why: `port ${port} has no target of its own` };
    case 'nothing': {
      const route = asked.speech === 'mysql' || asked.speech === 'postgres' ? table.byDefault[asked.speech] : undefined;
      return route ? { is: 'route', route } : { is: 'refuse', code: 'LG_NO_NAME', why: asked.why };
    }
    case 'name': {
      const { speech, name } = asked;
      // A ClientHello does not say what is inside: on a port for both, direct TLS of Postgres is found second.
      const route = table.byName[speech].get(name) ?? (speech === 'tls' ? table.byName.postgres.get(name) : undefined);
      return route
        ? { is: 'route', route }
        : { is: 'refuse', code: 'LG_NAME_UNKNOWN', why: `no target has the name ${name} on port ${port}` };
    }
    default:
      return asked satisfies never;
  }
}
