import { quoted } from '../../../diagnostics/index.ts';
import { type Hostname, parseHostname } from '../../../ir/index.ts';
import { type HeadFault, headFault } from './fault.ts';

/** What Host or `:authority` says. */
export type Authority = { readonly host: Hostname; readonly hostPort?: number };

/** What may stand in the target of a request, in any of its forms. */
export const targetForm = /^[\x21\x22\x24-\x7e]+$/;

/** The path of a target, without the query. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

export function parseAuthority(text: string): Authority | HeadFault {
  if (/^\[/.test(text) || /^[0-9]+(\.[0-9]+){3}(:[0-9]*)?$/.test(text))
    return headFault('host-address', `Host is the address ${quoted(text)}`);
  const parts = /^([A-Za-z0-9._-]+)(?::([0-9]{1,5}))?$/.exec(text);
  if (!parts) return headFault('host', `Host is ${quoted(text)}, which is not a host name with an optional port`);
  const host = parseHostname(parts[1] ?? '');
  if (!host)
    return headFault('host-unknown', `Host is ${quoted(text)}, which is not a host name that a route can have`);
  return parts[2] === undefined ? { host } : { host, hostPort: Number(parts[2]) };
}
