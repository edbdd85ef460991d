import type { EndpointId } from '../../../ir/index.ts';
import { bigEndian, concat, fromLatin1, nothing } from '../bytes.ts';
import { addressBytes } from './address.ts';
import { crc32c } from './crc32c.ts';
import { awsEndpointSubtype, type Peer, signature, tlvTypes } from './header.ts';

/** What a load balancer says before the client's first bytes. Both addresses are of one family. */
export type HeaderContent =
  | { readonly command: 'LOCAL' }
  | {
      readonly command: 'PROXY';
      readonly source: Peer;
      readonly destination: Peer;
      readonly endpoint?: EndpointId;
      /** Padding bytes in a NOOP TLV. Default: no such TLV. */
      readonly padding?: number;
    };

const tlv = (type: number, value: Uint8Array): Uint8Array => concat([type], bigEndian(value.length, 2), value);

/**
 * A PROXY v2 header as a Network Load Balancer writes it: checksum first, then the endpoint, then padding.
 * @throws RangeError when an address is none or the two families differ: a bug of the caller.
 */
export function encodeProxyHeader(content: HeaderContent): Uint8Array {
  if (content.command === 'LOCAL') return concat(signature, [0x20, 0x00, 0x00, 0x00]);
  const source = addressBytes(content.source.address);
  const destination = addressBytes(content.destination.address);
  if (!source || source.length !== destination?.length)
    throw new RangeError(`${content.source.address} and ${content.destination.address} are not of one family`);
  const endpoint = content.endpoint
    ? tlv(tlvTypes.aws, concat([awsEndpointSubtype], fromLatin1(content.endpoint)))
    : nothing;
  const padding = content.padding === undefined ? nothing : tlv(tlvTypes.noop, new Uint8Array(content.padding));
  const ports = concat(bigEndian(content.source.port, 2), bigEndian(content.destination.port, 2));
  const addresses = concat(source, destination, ports);
  const length = bigEndian(addresses.length + 7 + endpoint.length + padding.length, 2);
  const before = concat(signature, [0x21, source.length === 4 ? 0x11 : 0x21], length, addresses);
  const sum = (value: Uint8Array) => concat(before, tlv(tlvTypes.crc32c, value), endpoint, padding);
  return sum(bigEndian(crc32c(sum(new Uint8Array(4))), 4));
}
