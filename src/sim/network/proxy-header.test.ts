import { expect, test } from 'vitest';
import { parseEndpointId, parseIpv4 } from '../../ir/index.ts';
import { crc32c, proxyHeader } from './proxy-header.ts';

/** Bytes of a real load balancer over PrivateLink: aws/elastic-load-balancing-tools, Compatibility_AwsNetworkLoadBalancerTest. */
const real =
  '0d0a0d0a000d0a515549540a21110054ac1f0771ac1f0a1fc8f20050030004e8d6892dea001701767063652d3038643262663135666163353030316339040024000000000000000000000000000000000000000000000000000000000000000000000000';

const source = { address: parseIpv4('172.31.7.113') ?? expect.unreachable(), port: 51_442 };
const destination = { address: parseIpv4('172.31.10.31') ?? expect.unreachable(), port: 80 };

test('the header is byte for byte what a real load balancer sent', () => {
  const endpoint = parseEndpointId('vpce-08d2bf15fac5001c9');
  expect(proxyHeader(source, destination, endpoint).toString('hex')).toBe(real);
});

test('a health check names no endpoint', () => {
  const header = proxyHeader(source, destination);
  expect(header.includes('vpce-')).toBe(false);
  expect(header.readUInt16BE(14)).toBe(header.length - 16);
});

test('crc32c of the check string is the published one', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe306_9283);
});
