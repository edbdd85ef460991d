import type { CodeText } from '../codes.ts';

/** Problems of a spec file: first its text, then the shape of its fields, then what they say together. */
export const specCodes = {
  LG_SPEC_FILE_SIZE: {
    title: 'the file is too large for a spec',
    explain: 'A spec may have 10 MB; one with 10,000 targets has about 2 MB.',
    fix: 'Check that -f names the right file.',
  },
  LG_SPEC_NOT_UTF8: {
    title: 'the file is not UTF-8',
    explain: 'A spec is UTF-8 text. This file has bytes that are not, or is UTF-16.',
    fix: 'Save the file as UTF-8.',
  },
  LG_SPEC_EMPTY: {
    title: 'the file is empty',
    explain: 'The file has no content beside comments.',
    fix: 'Run `lakegate init` for a commented file to start from.',
  },
  LG_SPEC_VERSION: {
    title: 'the version of the format is unknown',
    explain: 'The field `lakegate:` names the version of the file format. This lakegate reads version 1.',
    fix: 'Write `lakegate: 1`, or use the lakegate that the file was written for.',
  },
  LG_YAML_SYNTAX: {
    title: 'the file is not YAML',
    explain: 'The text breaks a rule of YAML 1.2, so its structure cannot be known.',
    fix: 'Correct the place that is shown; the cause may be a line or two above it.',
  },
  LG_YAML_DEPTH: {
    title: 'values are nested too deep',
    explain: 'The file nests maps or lists deeper than any spec needs.',
    fix: 'Look for brackets or hyphens that repeat.',
  },
  LG_YAML_DUPLICATE_KEY: {
    title: 'a key is written twice',
    explain:
      'A map has the same key twice. YAML readers differ in which one they take, so lakegate takes neither silently.',
    fix: 'Remove one of the two, or rename it.',
  },
  LG_YAML_KEY: {
    title: 'a key is not usable',
    explain: 'The key of a map is missing, a list or a map, or a word that programs give a meaning of its own.',
    fix: 'Write a plain word in front of the colon.',
  },
  LG_YAML_TAG: {
    title: 'a YAML tag is not known',
    explain: 'Tags such as `!secret` or `!!binary` belong to other programs; in a spec they mean nothing.',
    fix: 'Remove the tag and write the value itself.',
  },
  LG_YAML_ALIAS: {
    title: 'an alias cannot be followed',
    explain:
      'An alias (`*name`) has no anchor before it, stands inside its own anchor, or multiplies into too many values.',
    fix: 'Define the anchor (`&name`) above the alias, and write out what multiplies.',
  },
  LG_YAML_DOCUMENTS: {
    title: 'the file holds several documents',
    explain: 'A line `---` begins another YAML document. A spec is one document in one file.',
    fix: 'Remove the line, or put the second document in a file of its own.',
  },
  LG_FIELD_UNKNOWN: {
    title: 'a field is unknown',
    explain: 'The field does not exist here. It would have been ignored, and so is an error.',
    fix: 'Use the field that the hint names; the reference page lists all of them.',
  },
  LG_FIELD_MISSING: {
    title: 'a field is missing',
    explain: 'This part of the spec cannot be understood without the field.',
    fix: 'Add the field; the hint says what goes in it.',
  },
  LG_FIELD_TYPE: {
    title: 'a field has a value of another kind',
    explain:
      'The field takes text, a number, true or false, a list or a map, and the value is another of these. YAML reads digits without quotes as a number and loses leading zeros.',
    fix: 'Write the value as the hint shows; ids are text, in quotes.',
  },
  LG_FIELD_VALUE: {
    title: 'a value is not one that the field takes',
    explain: 'The field has a fixed list or form of values, and this one is not among them.',
    fix: 'Choose one of the values that the message lists.',
  },
  LG_FIELD_RANGE: {
    title: 'a number is out of range',
    explain: 'The number is smaller or larger than the field allows.',
    fix: 'Choose a number within the bounds that the message names.',
  },
  LG_NAME_FORM: {
    title: 'a name has a form that cannot be used',
    explain:
      'Names become parts of AWS names, Terraform addresses and host names, which all set limits: the spec’s name has 2 to 20 characters, names of workspaces, networks, targets and credentials 1 to 40.',
    fix: 'Use lower-case letters, digits and hyphens, a letter first, no hyphen last.',
  },
  LG_HOST_NAME: {
    title: 'a host name cannot be used',
    explain:
      'A private endpoint rule holds exact, full DNS names. Wildcards, addresses, URLs, ports and single labels are none.',
    fix: 'Write the name that clients use, exactly, without scheme, port or path.',
  },
  LG_PORT: {
    title: 'a port is out of range',
    explain: 'TCP ports go from 1 to 65535.',
    fix: 'Correct the port.',
  },
  LG_CIDR: {
    title: 'an address range is malformed',
    explain: 'The value is not an IPv4 network in CIDR form, or is larger than what it is for can be.',
    fix: 'Write the first address and the prefix length, such as 10.50.0.0/16.',
  },
  LG_CIDR_TOO_SMALL: {
    title: 'an address range is too small',
    explain: 'Subnets in several zones, load balancers, routers and endpoints do not fit in the range.',
    fix: 'Use a larger range, as the hint says.',
  },
  LG_ADDRESS: {
    title: 'an address is malformed',
    explain: 'The field takes IPv4 addresses.',
    fix: 'Write an address such as 10.50.1.20; names belong in host:.',
  },
  LG_ARN: {
    title: 'an ARN is not of the kind the field takes',
    explain: 'The value is not an ARN, or is the ARN of another kind of resource.',
    fix: 'Copy the ARN from the console; the hint shows its form.',
  },
  LG_KAFKA_PLAINTEXT: {
    title: 'Kafka without TLS cannot be reached',
    explain:
      'lakegate tells brokers apart by the server name of the TLS handshake. Plaintext listeners (9092) have none, and would carry data unencrypted.',
    fix: 'Turn on a TLS listener at the brokers, with IAM (9098), SCRAM (9096) or client certificates (9094).',
  },
} as const satisfies Record<`LG_${string}`, CodeText>;
