import { z } from 'zod';
import type { Code } from '../diagnostics/index.ts';
import { counted } from '../diagnostics/index.ts';
import {
  cidrPattern,
  cidrRange,
  faultOfPrefix,
  ipv4Pattern,
  parseCidr,
  parseHostname,
  parseIpv4,
  parsePort,
  readPattern,
  routePlanBounds,
  writtenHostnamePattern,
} from '../ir/index.ts';
import { shown } from './wording.ts';

/** Why a value is not what its field takes. */
export interface Wrong {
  readonly code: Code;
  readonly message: string;
  readonly hint?: string;
}

/** A text field with its own check. `pattern` goes to the JSON Schema, for editors; the check has the last word. */
const textField = (
  check: (text: string) => Wrong | undefined,
  { description, pattern, examples }: { description: string; pattern?: RegExp; examples?: readonly string[] },
) =>
  z
    .string()
    .superRefine((text, context) => {
      const wrong = check(text);
      if (wrong) context.addIssue({ code: 'custom', message: wrong.message, params: { ...wrong } });
    })
    .meta({ description, ...(pattern && { pattern: pattern.source }), ...(examples && { examples: [...examples] }) });

/** Text of a fixed form. `form` completes "must be …". */
export const formField = (form: RegExp, what: string, description: string, example?: string) =>
  textField(
    (text) =>
      form.test(text)
        ? undefined
        : {
            code: 'LG_FIELD_VALUE',
            message: `${shown(text)} is not ${what}`,
            ...(example && { hint: `such as ${shown(example)}` }),
          },
    { description, pattern: form, ...(example && { examples: [example] }) },
  );

/** Whole number between two bounds, both allowed. */
export const wholeField = (least: number, most: number, description: string) =>
  z.int().min(least).max(most).meta({ description });

export const flagField = (description: string) => z.boolean().meta({ description });

/** Free text for people: not empty, one line. */
export const lineField = (description: string, mostCharacters: number) =>
  textField(
    (text) => {
      if (text.trim() === '') return { code: 'LG_FIELD_VALUE', message: 'the text is empty' };
      if (text.length > mostCharacters)
        return {
          code: 'LG_FIELD_VALUE',
          message: `${shown(text)} has ${text.length} characters; the maximum is ${mostCharacters}`,
        };
      return /\p{Cc}/u.test(text)
        ? { code: 'LG_FIELD_VALUE', message: `${shown(text)} contains a line break or a control character` }
        : undefined;
    },
    { description },
  );

/** Names of workspaces, networks, targets and credentials: also a DNS label, part of Terraform addresses and of broker names. */
const namePattern = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** @param what Such as `target`. */
export function nameWrong(name: string, what: string): Wrong | undefined {
  if (namePattern.test(name)) return undefined;
  const hint = 'use lower-case letters, digits and hyphens; start with a letter, do not end with a hyphen';
  if (name.length > 40)
    return {
      code: 'LG_NAME_FORM',
      message: `the ${what} name ${shown(name)} has ${name.length} characters; the maximum is 40`,
      hint,
    };
  const better = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  return {
    code: 'LG_NAME_FORM',
    message: `${shown(name)} is not a valid name of a ${what}`,
    hint: namePattern.test(better) ? `${hint}, such as ${better}` : hint,
  };
}

/** Keys of a map of named things, for the JSON Schema. The reader checks them with {@link nameWrong}. */
export const nameKey = z.string().regex(namePattern);

/** A reference to a named thing of the same file; whether it is there is a rule across fields. */
export const referenceField = (description: string) => z.string().min(1).meta({ description });

/** `[a-z][a-z0-9-]{1,19}`: short, because it begins names that AWS allows 32 characters. */
export const specNameField = textField(
  (text) => {
    if (/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/.test(text)) return undefined;
    const hint = 'use 2 to 20 lower-case letters, digits and hyphens; start with a letter, do not end with a hyphen';
    const message =
      text.length > 20
        ? `the name ${shown(text)} has ${text.length} characters; the maximum is 20`
        : `${shown(text)} is not a valid name of a spec`;
    return { code: 'LG_NAME_FORM', message, hint };
  },
  {
    description:
      'Prefix of every created resource. 2 to 20 lower-case letters, digits and hyphens, starting with a letter.',
    pattern: /^[a-z][a-z0-9-]{0,18}[a-z0-9]$/,
    examples: ['acme-prod'],
  },
);

/** Why a text is not a host name that a private endpoint rule can hold, or undefined. */
function hostWrong(text: string): Wrong | undefined {
  const wrong = (why: string, hint?: string): Wrong => ({
    code: 'LG_HOST_NAME',
    message: `${shown(text)} ${why}`,
    ...(hint && { hint }),
  });
  const scheme = /^((?:jdbc:)?[a-z][a-z0-9+.-]*):\/\/(?:[^/@\s]*@)?([^/:?#\s]*)/i.exec(text);
  if (scheme) return wrong(`is a URL; write the host name without ${scheme[1]}://`, suggestHost(scheme[2]));
  if (text.includes('*'))
    return wrong('is a wildcard; a private endpoint rule lists exact names', 'list each name under hosts');
  if (parseIpv4(text.replace(/:\d+$/, '')) || /^\[?[0-9a-f]*:[0-9a-f:.]*\]?$/i.test(text))
    return wrong(
      'is an IP address; clients resolve the endpoint by name',
      'write the name that clients use under host, and the address under address',
    );
  const port = /^([^:]+):(\d+)$/.exec(text);
  if (port) return wrong('contains a port', `write host: ${port[1]} and port: ${port[2]}`);
  if (text.includes('/')) return wrong('contains a path', suggestHost(text.split('/')[0]));
  if (text === '') return wrong('is not a host name', 'write the full name that clients use');
  if (/[^\x21-\x7e]/.test(text))
    return /\s/.test(text)
      ? wrong('contains a space', suggestHost(text.trim()))
      : wrong('contains a character that is not ASCII', 'write the name in its ASCII form (xn--…)');
  if (text.endsWith('.after-apply.invalid'))
    return wrong('is reserved for brokers that do not exist yet', 'write the name that clients use');
  if (parseHostname(text)) return undefined;
  const name = text.replace(/\.$/, '');
  if (name.length > 253) return wrong(`has ${name.length} characters; the maximum of a DNS name is 253`);
  const labels = name.split('.');
  if (labels.length === 1)
    return wrong(
      'is a single label; a private endpoint rule needs the full name',
      `add its domain, such as ${/^[a-z0-9-]{1,40}$/i.test(name) ? name : 'name'}.corp.example.com`,
    );
  if (labels.includes('')) return wrong('has an empty label: two dots in a row, or a dot at the start');
  const long = labels.find((label) => label.length > 63);
  if (long) return wrong(`has a label of ${long.length} characters; the maximum is 63`);
  const hyphen = labels.find((label) => label.startsWith('-') || label.endsWith('-'));
  if (hyphen) return wrong(`has a label that starts or ends with a hyphen: ${shown(hyphen)}`);
  const character = /[^a-z0-9_.-]/i.exec(name)?.[0];
  if (character) return wrong(`contains a character that is not allowed in host names: ${shown(character)}`);
  return wrong('ends in a number like an IP address');
}

const suggestHost = (name: string | undefined): string | undefined =>
  name && parseHostname(name) ? `write ${name.toLowerCase()}` : undefined;

export const hostField = (description: string) =>
  textField(hostWrong, { description, pattern: writtenHostnamePattern });

/** A path prefix. Its canonical form is the only one, so that nothing is compared in two forms. */
export const prefixField = (description: string, example: string) =>
  textField(
    (text) => {
      const fault = faultOfPrefix(text);
      if (fault === undefined) return undefined;
      const [, better] = /^is written (.*)$/.exec(fault) ?? [];
      return {
        code: 'LG_FIELD_VALUE',
        message:
          better === undefined
            ? `${shown(text)} is not a path prefix: it ${fault}`
            : `${shown(text)} is not in canonical form`,
        hint: better === undefined ? `write complete segments, such as ${shown(example)}` : `write ${better}`,
      };
    },
    { description, pattern: /^\/[\x21-\x29\x2b-\x3a\x3c-\x3e\x40-\x7e]*$/, examples: [example] },
  );

const patternForm = new RegExp(
  `^/[\\x21-\\x22\\x24-\\x3e\\x40-\\x7e]{0,${routePlanBounds.pathPatternCharacters - 1}}$`,
);

/** A pattern for request paths. One that no path could match has a mistake in it. */
export const pathPatternField = (description: string) =>
  textField(
    (text) => {
      if (!patternForm.test(text))
        return {
          code: 'LG_FIELD_VALUE',
          message: `${shown(text)} is not a path pattern: it starts with /, has no space, ? or #, and at most ${routePlanBounds.pathPatternCharacters} characters`,
          hint: 'such as "/v1/**"',
        };
      const read = readPattern(text);
      return read.is === 'path'
        ? undefined
        : {
            code: 'LG_FIELD_VALUE',
            message: `no request path can match ${shown(text)}: the pattern ${read.why}`,
            hint: 'paths with such parts are always refused; write the pattern without them',
          };
    },
    { description, pattern: patternForm, examples: ['/v1/**'] },
  );

/** A file beside the spec. Whether it is there is known to whoever reads files. */
export const fileBesideField = (description: string, example: string) =>
  textField(
    (text) => {
      const wrong = (why: string): Wrong => ({
        code: 'LG_FIELD_VALUE',
        message: `${shown(text)} ${why}`,
        hint: `write the path of a file in the folder of the spec or below it, such as ${example}`,
      });
      if (/^(\/|~|[A-Za-z]:)/.test(text)) return wrong('is not relative to the folder of the spec');
      if (text.split(/[/\\]/).includes('..')) return wrong('leads out of the folder of the spec');
      return fileBeside.test(text) ? undefined : wrong('is not the path of a file');
    },
    { description, pattern: fileBeside, examples: [example] },
  );

const fileBeside = /^(?:[\w@+-][\w.@+ -]{0,126}\/){0,8}[\w@+-][\w.@+ -]{0,126}$/;

/** Why a text is not an IPv4 network that can be routed to, or undefined. */
function cidrWrong(text: string): Wrong | undefined {
  const wrong = (why: string, hint?: string): Wrong => ({
    code: 'LG_CIDR',
    message: `${shown(text)} ${why}`,
    ...(hint && { hint }),
  });
  if (parseCidr(text)) return undefined;
  const [address = '', length = '', ...rest] = text.split('/');
  if (text.includes(':')) return wrong('is IPv6; lakegate supports IPv4 networks');
  if (parseIpv4(text)) return wrong('is an address, not a network', `for a single address write ${text}/32`);
  if (rest.length > 0 || !parseIpv4(address) || !/^\d{1,2}$/.test(length) || Number(length) > 32)
    return wrong('is not a network', 'write a network such as 10.50.0.0/16');
  const bits = 2 ** (32 - Number(length));
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const network = first - (first % bits);
  const canonical = [24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256).join('.');
  return wrong(
    `is an address inside a network, with the length of the network`,
    `write the network, ${canonical}/${length}; or ${address}/32 for that address alone`,
  );
}

export const cidrField = (description: string) =>
  textField(cidrWrong, { description, pattern: cidrPattern, examples: ['10.50.0.0/16'] });

/** A network for a VPC: AWS makes them from /16 to /28. */
export const vpcCidrField = (description: string, longest: number, why: string) =>
  textField(
    (text) => {
      const wrong = cidrWrong(text);
      if (wrong) return wrong;
      const cidr = parseCidr(text);
      const length = cidr ? cidrRange(cidr).length : 0;
      if (length < 16)
        return {
          code: 'LG_CIDR',
          message: `${shown(text)} is larger than a VPC can be`,
          hint: 'the largest VPC is a /16',
        };
      if (length > longest)
        return {
          code: 'LG_CIDR_TOO_SMALL',
          message: `${shown(text)} has ${counted(2 ** (32 - length), 'address')}; ${why}`,
          hint: `use a /${longest} or larger`,
        };
      return undefined;
    },
    { description, pattern: cidrPattern },
  );

export const addressField = (description: string, ifName: string) =>
  textField(
    (text) => {
      if (parseIpv4(text)) return undefined;
      const isIpv6 = /^[0-9a-f]*:[0-9a-f:.]*$/i.test(text);
      return {
        code: 'LG_ADDRESS',
        message: isIpv6 ? `${shown(text)} is IPv6; lakegate supports IPv4` : `${shown(text)} is not an IPv4 address`,
        ...(parseHostname(text) && { hint: ifName }),
      };
    },
    { description, pattern: ipv4Pattern },
  );

export const portField = (description: string) =>
  z
    .int()
    .superRefine((port, context) => {
      if (parsePort(port)) return;
      const message = `${port} is not a port; the range is 1 to 65535`;
      context.addIssue({ code: 'custom', message, params: { code: 'LG_PORT', message } });
    })
    .meta({ description, minimum: 1, maximum: 65_535 });

export const accountField = (description: string) =>
  formField(/^\d{12}$/, 'an AWS account id: 12 digits, in quotes', description, '111122223333');

/** `aws-us-gov` and `aws` ARNs of one service. */
export const arnField = (service: string, resource: RegExp, description: string, example: string) =>
  textField(
    (text) => {
      const [arn, partition, inService, , , ...rest] = text.split(':');
      if (
        arn === 'arn' &&
        /^aws(-us-gov)?$/.test(partition ?? '') &&
        inService === service &&
        resource.test(rest.join(':'))
      )
        return undefined;
      const message = `${shown(text)} is not the ARN of ${service === 'iam' ? 'an IAM role' : 'an MSK cluster'}`;
      return { code: 'LG_ARN', message, hint: `such as ${example}` };
    },
    { description, pattern: /^arn:aws(-us-gov)?:/, examples: [example] },
  );

const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/**
 * `7d`: days that CloudWatch Logs can keep.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html (2026-11-20)
 */
export const retentionField = (description: string) =>
  textField(
    (text) =>
      /^\d{1,4}d$/.test(text) && retentionDays.includes(Number.parseInt(text, 10))
        ? undefined
        : {
            code: 'LG_FIELD_VALUE',
            message: `${shown(text)} is not a retention time of CloudWatch Logs`,
            hint: `write a number of days and d, such as 7d; allowed: ${retentionDays.join(', ')}`,
          },
    { description, pattern: /^\d{1,4}d$/, examples: ['7d', '30d'] },
  );
