import ipaddr from 'ipaddr.js';

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

/** The lowest port that a program may bind without privilege. */
export const lowestUnprivilegedPort = 1024;

export function parsePort(n: number): Port | undefined {
  return Number.isInteger(n) && n >= 1 && n <= 65_535 ? (n as Port) : undefined;
}

/**
 * Labels of 1 to 63 letters, digits, hyphens or underscores (DNS names of private zones use them), at most 253 characters
 * in all, at least two labels, and a last label that is not a number (that would be an address).
 */
function hostnameForm(letters: string, end: string): RegExp {
  const label = `[${letters}0-9_](?:[${letters}0-9_-]{0,61}[${letters}0-9_])?`;
  return new RegExp(`^(?=.{1,253}${end}$)(?:${label}\\.)+(?![0-9]+${end}$)${label}${end}$`);
}

/** The form of a {@link Hostname}. */
export const hostnamePattern = hostnameForm('a-z', '');
/** The form in which {@link parseHostname} takes it. */
export const writtenHostnamePattern = hostnameForm('A-Za-z', '\\.?');

/** Reads a host name as people write and clients send it: case and one trailing dot do not matter. */
export function parseHostname(text: string): Hostname | undefined {
  return writtenHostnamePattern.test(text) ? (text.toLowerCase().replace(/\.$/, '') as Hostname) : undefined;
}

export const endpointIdPattern = /^vpce-[0-9a-z-]{1,64}$/;

/** @see pires/go-proxyproto `tlvparse/aws.go`: ids are letters, digits and hyphens. Length is bounded here. */
export function parseEndpointId(text: string): EndpointId | undefined {
  return endpointIdPattern.test(text) ? (text as EndpointId) : undefined;
}

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
export const ipv4Pattern = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

/** IPv4 only: AWS load balancer members and hub networks are IPv4 in every design that lakegate plans. */
export function parseIpv4(text: string): IpAddress | undefined {
  return ipv4Pattern.test(text) ? (text as IpAddress) : undefined;
}

export const ipAddressPattern = /^[0-9a-f.:]{2,45}$/;

/**
 * Reads an IPv4 or IPv6 address into its canonical text. An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) becomes IPv4,
 * so that no check can be avoided by spelling. Octal, hexadecimal and short forms are not addresses here.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (text.length > 45) return undefined;
  if (ipv4Pattern.test(text)) return text as IpAddress;
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return (address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toString()) as IpAddress;
}

/** The address as an unsigned 32-bit number. */
export const ipv4Number = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** The inverse of {@link ipv4Number}. */
export const ipv4Text = (n: number): IpAddress =>
  [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256).join('.') as IpAddress;

export const cidrPattern = new RegExp(`^${octet}(?:\\.${octet}){3}/(?:[0-9]|[12][0-9]|3[0-2])$`);

/** Reads an IPv4 network; undefined when it is malformed or has host bits set. */
export function parseCidr(text: string): Cidr | undefined {
  if (!cidrPattern.test(text)) return undefined;
  const [address = '', length] = text.split('/');
  return ipv4Number(address) % 2 ** (32 - Number(length)) === 0 ? (text as Cidr) : undefined;
}

/** First and last address of a network as numbers, both inclusive. */
export function cidrRange(cidr: Cidr): { readonly first: number; readonly last: number; readonly length: number } {
  const [address = '', length = '32'] = cidr.split('/');
  const first = ipv4Number(address);
  return { first, last: first + 2 ** (32 - Number(length)) - 1, length: Number(length) };
}

export const cidrContains = (cidr: Cidr, address: string): boolean => {
  if (!ipv4Pattern.test(address)) return false;
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
