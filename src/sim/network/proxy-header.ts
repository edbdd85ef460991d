import type { EndpointId, IpAddress } from '../../ir/index.ts';
import { ipv4Number } from '../../ir/index.ts';

/** One end of a TCP connection as the header tells it. */
export interface HeaderEnd {
  readonly address: IpAddress;
  readonly port: number;
}

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const versionAndCommand = 0x21; // version 2, PROXY
const familyAndProtocol = 0x11; // AF_INET, STREAM
const fixedBytes = 16;
const addressBytes = 12;
const crcAt = fixedBytes + addressBytes + 3;
const noopBytes = 36;

const typeCrc32c = 0x03;
const typeNoop = 0x04;
const typeAws = 0xea;
const subtypeEndpointId = 0x01;

/**
 * The PROXY protocol v2 header as a Network Load Balancer writes it over PrivateLink: CRC32C, the AWS TLV with the endpoint id, padding,
 * in this order. A health check carries the header without the AWS TLV: no endpoint is involved.
 * Written from the byte vector of a real load balancer, not shared with the router's parser: two readings of the format must meet.
 * @see https://github.com/aws/elastic-load-balancing-tools/tree/master/proprot (2026-11-20)
 */
export function proxyHeader(source: HeaderEnd, destination: HeaderEnd, endpoint?: EndpointId): Buffer {
  const tlvs = [tlv(typeCrc32c, Buffer.alloc(4))];
  if (endpoint) tlvs.push(tlv(typeAws, Buffer.concat([Buffer.of(subtypeEndpointId), Buffer.from(endpoint, 'ascii')])));
  tlvs.push(tlv(typeNoop, Buffer.alloc(noopBytes)));
  const fixed = Buffer.alloc(fixedBytes + addressBytes);
  signature.copy(fixed);
  fixed.writeUInt8(versionAndCommand, 12);
  fixed.writeUInt8(familyAndProtocol, 13);
  fixed.writeUInt16BE(addressBytes + tlvs.reduce((sum, each) => sum + each.length, 0), 14);
  fixed.writeUInt32BE(ipv4Number(source.address), 16);
  fixed.writeUInt32BE(ipv4Number(destination.address), 20);
  fixed.writeUInt16BE(source.port, 24);
  fixed.writeUInt16BE(destination.port, 26);
  const header = Buffer.concat([fixed, ...tlvs]);
  header.writeUInt32BE(crc32c(header), crcAt);
  return header;
}

function tlv(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(3);
  head.writeUInt8(type, 0);
  head.writeUInt16BE(value.length, 1);
  return Buffer.concat([head, value]);
}

/** CRC-32C (Castagnoli, reflected). Over the complete header, with the bytes of the checksum zero. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1;
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}
