import { BlockList, isIP, isIPv6 } from 'node:net';

/** Where a router serves its flows. */
export type FlowsPlace =
  | { readonly by: 'unix'; readonly path: string }
  | { readonly by: 'tcp'; readonly host: string; readonly port: number };

/** `unix:PATH`, `ADDRESS:PORT` or `[ADDRESS]:PORT`; undefined for anything else. A name is none: where it leads can change. */
export function parseFlowsPlace(text: string): FlowsPlace | undefined {
  const path = /^unix:(.+)$/.exec(text)?.[1];
  if (path !== undefined) return { by: 'unix', path };
  const [, inBrackets, plain, digits] = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):([0-9]{1,5})$/i.exec(text) ?? [];
  const host = inBrackets ?? plain ?? '';
  const port = Number(digits);
  return isIP(host) > 0 && port <= 65_535 ? { by: 'tcp', host, port } : undefined;
}

/** An address of this machine alone: the token is sent in the clear. */
export const isLoopback = (address: string): boolean => loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
