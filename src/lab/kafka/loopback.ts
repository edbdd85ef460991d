import { randomInt } from 'node:crypto';
import type { LoopbackAddress } from '../../sim/network/index.ts';

/**
 * The first three bytes of a /24 of 127.0.0.0/8 that hardly another lab has: Kafka clients follow the advertised port, so
 * brokers and endpoints differ by address where others differ by port.
 */
export const ownLoopback = (): `127.${string}` => `127.${randomInt(16, 255)}.${randomInt(1, 255)}`;

/** A broker's address, which is one of 127.0.0.0/8, with the type that says so. Throws for any other: nothing here leaves the machine. */
export function asLoopback({ host, port }: { readonly host: string; readonly port: number }): LoopbackAddress {
  if (!host.startsWith('127.')) throw new Error(`${host} is not a loopback address`);
  return { host: host as LoopbackAddress['host'], port };
}
