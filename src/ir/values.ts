declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** A TCP port, 1 to 65535. */
export type Port = Brand<number, 'Port'>;
/** An exact DNS name: lower case, no trailing dot, no wildcard, no address. */
export type Hostname = Brand<string, 'Hostname'>;
/** An IPv4 network in canonical form (no host bits), such as `10.40.0.0/22`. */
export type Cidr = Brand<string, 'Cidr'>;
/** An IPv4 or IPv6 address in canonical text form. */
export type IpAddress = Brand<string, 'IpAddress'>;
/** The `vpce-…` id of an endpoint. */
export type EndpointId = Brand<string, 'EndpointId'>;

export function parsePort(n: number): Port | undefined {
  return Number.isInteger(n) && n >= 1 && n <= 65_535 ? (n as Port) : undefined;
}

/**
 * Reads a host name as clients send it: case and one trailing dot do not matter.
 * Labels of 1 to 63 letters, digits, hyphens or underscores (DNS names of private zones use them), at most 253 in all,
 * at least two labels, and a last label that is not a number (that would be an address).
 */
export function parseHostname(text: string): Hostname | undefined {
  const name = text.toLowerCase().replace(/\.$/, '');
  if (name.length === 0 || name.length > 253) return undefined;
  const labels = name.split('.');
  if (labels.length < 2 || !labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)))
    return undefined;
  return /^[0-9]+$/.test(labels[labels.length - 1] ?? '') ? undefined : (name as Hostname);
}

/** @see pires/go-proxyproto `tlvparse/aws.go`: ids are letters, digits and hyphens. Length is bounded here. */
export function parseEndpointId(text: string): EndpointId | undefined {
  return /^vpce-[0-9a-z-]{1,64}$/.test(text) ? (text as EndpointId) : undefined;
}

const octet = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const ipv4 = new RegExp(`^${octet}(\\.${octet}){3}$`);

/** IPv4 only: AWS load balancer members and hub networks are IPv4 in every design that lakegate plans. */
export function parseIpv4(text: string): IpAddress | undefined {
  return ipv4.test(text) ? (text as IpAddress) : undefined;
}

/** The address as an unsigned 32-bit number. */
export const ipv4Number = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** The inverse of {@link ipv4Number}. */
export const ipv4Text = (n: number): IpAddress =>
  [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256).join('.') as IpAddress;

/** Reads an IPv4 network; undefined when it is malformed or has host bits set. */
export function parseCidr(text: string): Cidr | undefined {
  const [address, length, ...rest] = text.split('/');
  if (!address || !length || rest.length > 0 || !ipv4.test(address) || !/^([0-9]|[12][0-9]|3[0-2])$/.test(length))
    return undefined;
  return ipv4Number(address) % 2 ** (32 - Number(length)) === 0 ? (text as Cidr) : undefined;
}

/** First and last address of a network as numbers, both inclusive. */
export function cidrRange(cidr: Cidr): { readonly first: number; readonly last: number; readonly length: number } {
  const [address = '', length = '32'] = cidr.split('/');
  const first = ipv4Number(address);
  return { first, last: first + 2 ** (32 - Number(length)) - 1, length: Number(length) };
}

export const cidrContains = (cidr: Cidr, address: string): boolean => {
  if (!ipv4.test(address)) return false;
  const { first, last } = cidrRange(cidr);
  const n = ipv4Number(address);
  return n >= first && n <= last;
};

export const cidrsOverlap = (a: Cidr, b: Cidr): boolean => {
  const [x, y] = [cidrRange(a), cidrRange(b)];
  return x.first <= y.last && y.first <= x.last;
};

/** Names that exist only after `terraform apply` (brokers of a cluster that the plan creates) end in this. `.invalid` is reserved by RFC 2606. */
const symbolicSuffix = '.after-apply.invalid';

/** The stand-in for a broker's name until the cluster exists. It counts against every limit like a real one. */
export const symbolicBroker = (target: string, broker: number): Hostname =>
  `b-${broker}.${target}${symbolicSuffix}` as Hostname;

export const isSymbolic = (name: Hostname): boolean => name.endsWith(symbolicSuffix);
