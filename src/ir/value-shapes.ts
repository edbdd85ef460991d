import { z } from 'zod';
import { faultOfPrefix } from './request-path.ts';
import {
  type Cidr,
  cidrPattern,
  type EndpointId,
  endpointIdPattern,
  type Hostname,
  hostnamePattern,
  type IpAddress,
  ipAddressPattern,
  type Port,
  parseCidr,
  parseEndpointId,
  parseHostname,
  parseIpAddress,
  parsePort,
} from './values.ts';

/**
 * A text that its parse function gives back unchanged: in a plan, values are in canonical form. The parse function has the
 * last word; the pattern is what the published JSON Schema can say of it.
 */
const canonical = <T extends string>(
  parse: (text: string) => T | undefined,
  { message, ...published }: { readonly message: string; readonly pattern: RegExp; readonly description?: string },
) =>
  z
    .string(message)
    .refine((text) => parse(text) === text, message)
    .meta({ ...published, pattern: published.pattern.source }) as unknown as z.ZodType<T>;

export const portShape = z
  .number('is not a port, 1 to 65535')
  .refine((n) => parsePort(n) !== undefined, 'is not a port, 1 to 65535')
  .meta({ type: 'integer', minimum: 1, maximum: 65_535 }) as unknown as z.ZodType<Port>;

export const hostnameShape = canonical<Hostname>(parseHostname, {
  message: 'is not a host name in lower case without a trailing dot',
  pattern: hostnamePattern,
  description: 'an exact DNS name in lower case',
});

export const cidrShape = canonical<Cidr>(parseCidr, {
  message: 'is not an IPv4 network such as 10.40.0.0/22',
  pattern: cidrPattern,
  description: 'an IPv4 network such as 10.40.0.0/22',
});

export const ipAddressShape = canonical<IpAddress>(parseIpAddress, {
  message: 'is not an IP address',
  pattern: ipAddressPattern,
  description: 'an IP address',
});

export const endpointIdShape = canonical<EndpointId>(parseEndpointId, {
  message: 'is not the id of an endpoint (vpce-…)',
  pattern: endpointIdPattern,
});

/** Keys are printed, used in lists and as labels. A letter or digit first: no file can name a part of a prototype. */
export const keyShape = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._:/-]{0,299}$/, 'is not a key: letters, digits, . _ : / -, at most 300');

/** One line without control characters: a plan file may come from anyone, and its texts are printed. */
export const lineShape = z.string().regex(/^[ -~\u00a0-\uffff]*$/);

/** See {@link faultOfPrefix}. */
export const pathPrefixShape = z.string().superRefine((text, context) => {
  const fault = faultOfPrefix(text);
  if (fault !== undefined) context.addIssue({ code: 'custom', message: `is no path prefix: it ${fault}` });
});

/** Longest certificate in PEM that is read. A large RSA certificate with many names has some 8,000 characters. */
const pemCharactersMax = 32_768;

/** One certificate in PEM. Whether it can be read as one is known where there is a parser. */
export const pemShape = z
  .string()
  .max(pemCharactersMax)
  .regex(
    /^-----BEGIN CERTIFICATE-----\n(?:[A-Za-z0-9+/=]{1,76}\n)+-----END CERTIFICATE-----\n$/,
    'is not one certificate in PEM',
  );

/** A whole number from 0. */
export const countShape = z.number().int().nonnegative();
