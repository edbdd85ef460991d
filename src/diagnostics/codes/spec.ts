import type { CodeText } from '../code-text.ts';

/** Problems of a spec file: first its text, then the shape of its fields, then what they say together. */
export const specCodes = {
  LG_SPEC_FILE_SIZE: {
    title: 'the file is too large for a spec',
    explain: 'A spec may have 10 MB and four million YAML tokens. A spec with 10,000 targets has about 1 MB.',
    fix: 'Check that -f names the right file.',
  },
  LG_SPEC_NOT_UTF8: {
    title: 'the file is not UTF-8',
    explain: 'A spec is UTF-8 text. This file has bytes that are not UTF-8, or is UTF-16.',
    fix: 'Save the file as UTF-8.',
  },
  LG_SPEC_EMPTY: {
    title: 'the file is empty',
    explain: 'The file has no content other than comments.',
    fix: 'Run `lakegate init` to get a commented file to start from.',
  },
  LG_SPEC_VERSION: {
    title: 'the version of the format is unknown',
    explain: 'The field `lakegate` holds the version of the file format. This release reads version 1.',
    fix: 'Write `lakegate: 1`, or use the release that the file was written for.',
  },
  LG_YAML_SYNTAX: {
    title: 'the file is not YAML',
    explain: 'The text breaks a rule of YAML 1.2, so its structure cannot be known.',
    fix: 'Correct the place that is shown; the cause may be a line or two above it.',
  },
  LG_YAML_DEPTH: {
    title: 'values are nested too deeply',
    explain: 'The file nests maps or lists more deeply than any spec needs.',
    fix: 'Look for brackets or hyphens that repeat.',
  },
  LG_YAML_DUPLICATE_KEY: {
    title: 'a key is written twice',
    explain:
      'A map has the same key twice. YAML readers differ in which value they use, so lakegate reports an error instead of choosing one.',
    fix: 'Remove one of the two, or rename it.',
  },
  LG_YAML_KEY: {
    title: 'a key is not usable',
    explain: 'The key of a map is missing, is a list or a map, or is a reserved word such as `__proto__`.',
    fix: 'Write a plain word before the colon.',
  },
  LG_YAML_NUMBER: {
    title: 'a number is written in a form that YAML readers interpret differently',
    explain:
      'A number that begins with a zero is octal in YAML 1.1 and decimal in YAML 1.2; only some readers accept `0o` and `0x`.',
    fix: 'Write the number in decimal, or put it in quotes if it is text.',
  },
  LG_YAML_TAG: {
    title: 'a YAML tag is unknown',
    explain: 'Tags such as `!secret` or `!!binary` belong to other programs and have no meaning in a spec.',
    fix: 'Remove the tag and write the value itself.',
  },
  LG_YAML_ALIAS: {
    title: 'an alias cannot be resolved',
    explain: 'An alias (`*name`) has no anchor before it, is inside its own anchor, or expands to too many values.',
    fix: 'Define the anchor (`&name`) above the alias, and write out values that expand too much.',
  },
  LG_YAML_DOCUMENTS: {
    title: 'the file has several YAML documents',
    explain: 'A line `---` starts another YAML document. A spec is one document in one file.',
    fix: 'Remove the line, or move the second document to another file.',
  },
  LG_FIELD_UNKNOWN: {
    title: 'a field is unknown',
    explain: 'The field does not exist here. Ignoring it could hide a mistake, so it is an error.',
    fix: 'Use the field that the hint names. docs/spec.md lists all fields.',
  },
  LG_MORE_PROBLEMS: {
    title: 'the file has more problems than are listed',
    explain: 'The first 1,000 problems of a file are listed, and the others only counted.',
    fix: 'Correct those that are listed, then run `lakegate check` again.',
  },
  LG_SPEC_SECRET: {
    title: 'the spec contains a secret',
    explain:
      'A field looks like a password, token or key. A spec is committed and shared, and lakegate never needs the credentials of a target.',
    fix: 'Remove the field. If the file was committed or shared, rotate the secret.',
  },
  LG_FIELD_MISSING: {
    title: 'a field is missing',
    explain: 'This part of the spec requires the field.',
    fix: 'Add the field. The hint says what it takes.',
  },
  LG_FIELD_TYPE: {
    title: 'a value has the wrong type',
    explain:
      'The field takes text, a number, true or false, a list or a map, and the value has another type. YAML reads digits without quotes as a number and drops leading zeros.',
    fix: 'Write the value as the hint shows. Ids are text and need quotes.',
  },
  LG_FIELD_VALUE: {
    title: 'a value is not allowed for this field',
    explain: 'The field takes a fixed list or form of values, and this value is not one of them.',
    fix: 'Choose one of the values that the message lists.',
  },
  LG_FIELD_RANGE: {
    title: 'a number is out of range',
    explain: 'The number is smaller or larger than the field allows.',
    fix: 'Use a number within the range that the message gives.',
  },
  LG_NAME_FORM: {
    title: 'a name has an invalid form',
    explain:
      'Names become parts of AWS names, Terraform addresses and host names, which limit their form. The name of the spec has 2 to 20 characters; names of workspaces, networks, targets and credentials have 1 to 40.',
    fix: 'Use lower-case letters, digits and hyphens. Start with a letter and do not end with a hyphen.',
  },
  LG_HOST_NAME: {
    title: 'a host name cannot be used',
    explain:
      'A private endpoint rule lists exact, fully qualified DNS names. Wildcards, addresses, URLs, ports and single labels are not allowed.',
    fix: 'Write the exact name that clients use, without scheme, port or path.',
  },
  LG_PORT: {
    title: 'a port is out of range',
    explain: 'A TCP port is a number from 1 to 65535.',
    fix: 'Correct the port.',
  },
  LG_CIDR: {
    title: 'an address range is invalid',
    explain: 'The value is not an IPv4 network in CIDR notation, or is larger than the field allows.',
    fix: 'Write the first address and the prefix length, such as 10.50.0.0/16.',
  },
  LG_CIDR_TOO_SMALL: {
    title: 'an address range is too small',
    explain: 'Subnets in several zones, with load balancers, routers and endpoints, do not fit in the range.',
    fix: 'Use a larger range, as the hint says.',
  },
  LG_ADDRESS: {
    title: 'an address is invalid',
    explain: 'The field takes IPv4 addresses.',
    fix: 'Write an address such as 10.50.1.20. Names go in `host`.',
  },
  LG_ARN: {
    title: 'an ARN is not of the type that the field takes',
    explain: 'The value is not an ARN, or is the ARN of another type of resource.',
    fix: 'Copy the ARN from the console. The hint shows its form.',
  },
  LG_KAFKA_PLAINTEXT: {
    title: 'Kafka without TLS is not supported',
    explain:
      'lakegate tells brokers apart by the server name in the TLS handshake. A plaintext listener (9092) has no handshake, and sends data unencrypted.',
    fix: 'Enable a TLS listener on the brokers, with IAM (9098), SCRAM (9096) or client certificates (9094).',
  },
  LG_KAFKA_BROKERS_MISSING: {
    title: 'the brokers of a cluster are not listed',
    explain:
      'A private endpoint rule lists host names, so the names of all brokers must be known. The ARN of a cluster does not contain them, and lakegate makes no AWS calls to read a spec.',
    fix: 'Run `lakegate msk brokers` with the ARN and add the names under `msk.brokers`.',
  },
  LG_KAFKA_BROKER_COUNT: {
    title: 'brokers cannot be spread evenly over the zones',
    explain: 'Amazon MSK puts the same number of brokers in each zone of the cluster, which has two or three.',
    fix: 'Use a multiple of the number of zones.',
  },
  LG_FIELD_NOT_HERE: {
    title: 'a field does not belong here',
    explain: 'The field exists, but has no meaning for a target of this type or a network with this `reach`.',
    fix: 'Remove the field, or correct `type` or `reach`.',
  },
  LG_FIELD_CONFLICT: {
    title: 'two fields conflict',
    explain: 'Each field is valid, but they cannot be used together.',
    fix: 'Keep one of them, as the hint says.',
  },
  LG_REFERENCE_UNKNOWN: {
    title: 'a name refers to nothing',
    explain:
      'The spec refers to a workspace, target, network, bucket or role that it does not define, or defines as something else.',
    fix: 'Correct the name, or add the definition.',
  },
  LG_REGION_PARTITION: {
    title: 'region and partition do not match',
    explain:
      'GovCloud regions belong to the partitions `govcloud` and `govcloud-dod`, all other regions to `commercial`.',
    fix: 'Correct `aws.region` or `databricks.partition`.',
  },
  LG_ARN_ELSEWHERE: {
    title: 'an ARN belongs to another region or account',
    explain:
      'The resource is not where the spec needs it. A cluster must be in the region of the hub, a role in the account of its network.',
    fix: 'Correct the ARN, or the region or account in the spec.',
  },
  LG_WORKSPACE_TWICE: {
    title: 'two workspaces have the same id',
    explain: 'A workspace has one NCC, so a spec can list it once.',
    fix: 'Remove one of them and give its access to the other.',
  },
  LG_CIDR_OVERLAP: {
    title: 'address ranges overlap',
    explain:
      'An address would belong to two networks, or to a network and the hub. Neither route tables nor the router could tell which one is meant.',
    fix: 'Give each network different ranges.',
  },
  LG_ADDRESS_OUTSIDE: {
    title: 'an address is outside its network',
    explain:
      'The router connects only to addresses inside the ranges of a target’s network, and never to loopback, link-local or multicast addresses.',
    fix: 'Correct the address, or the ranges of the network.',
  },
  LG_HOST_PORT_TWICE: {
    title: 'two targets have the same host and port',
    explain:
      'A host and a port must lead to one target, or to several that are all inspected (`tls: inspect`), each with another `path`. A host may have several targets on different ports.',
    fix: 'Merge the two targets, correct a host or port, or give each a `path` and `tls: inspect`.',
  },
  LG_PREFIXES: {
    title: 'a host has too many targets',
    explain: 'A router compares the path of each request with the `path` of each target of the host.',
    fix: 'Let one target take several of the paths, or use several hosts.',
  },
  LG_PATTERN_OUTSIDE: {
    title: 'a path pattern is outside the path of its target',
    explain:
      'The patterns under `paths` are complete request paths. A target with `path: /orders` gets only requests below `/orders`, so a pattern that does not begin with it would never apply.',
    fix: 'Begin the pattern with the `path` of the target.',
  },
  LG_INSPECTION_NAMES: {
    title: 'the CA may not sign for an inspected name',
    explain:
      '`inspection.ca.names` lists the domains for which the CA may sign, each with all names below it. An inspected host is in none of them, so clients would refuse its certificate.',
    fix: 'Add the host, or a domain above it, to `inspection.ca.names`.',
  },
  LG_CA_FILE: {
    title: 'a file with a CA cannot be used',
    explain:
      'The file that `upstream.ca` names is missing, cannot be read, is too large, holds no certificate in PEM, or is outside the folder of the spec.',
    fix: 'Put the PEM file with the certificates of the CA into the folder of the spec, and write its path relative to that folder.',
  },
  LG_BUCKET_TWICE: {
    title: 'two targets have the same bucket',
    explain: 'Access to a bucket is granted through its target, so a bucket can belong to one target.',
    fix: 'Merge the two targets.',
  },
  LG_DEFAULT_TWICE: {
    title: 'a port has two default targets',
    explain: 'Clients that send no server name cannot be told apart, so only one target on a port can accept them.',
    fix: 'Remove `default: true` from one of them, or give one of them another port.',
  },
  LG_RENAME: {
    title: 'a target is renamed from a name that is in use',
    explain:
      '`renamed_from` moves the allocations of the old name to the new one. The old name must not be a target any more, and only one target may take over its allocations. It is needed until `lakegate synth` has written the lock with it and `terraform apply` has run; then remove it.',
    fix: 'Remove `renamed_from`, or the target with the old name.',
  },
  LG_LISTED_TWICE: {
    title: 'a list has the same entry twice',
    explain: 'The second entry has no effect. It may be a typing mistake.',
    fix: 'Remove or correct one of them.',
  },
  LG_ACCESS_EMPTY: {
    title: 'an access entry is empty, or there are none',
    explain: 'lakegate refuses every connection that is not granted, so an empty list grants nothing.',
    fix: 'List workspaces under `from` and targets under `to`.',
  },
  LG_SHARE_NCC_TWICE: {
    title: 'a workspace is in two entries of `share_ncc`',
    explain: 'A workspace has one NCC, so all workspaces of both entries would share it. One entry must list them all.',
    fix: 'Merge the entries.',
  },
  LG_INSPECTION_UNUSED: {
    title: 'inspection is configured but not used',
    explain: 'The spec has the section `inspection`, but no target has `tls: inspect`.',
    fix: 'Remove the section, or set `tls: inspect` on a target.',
  },
  LG_NOT_BUILT_YET: {
    title: 'the spec or the route plan asks for something that is not built yet',
    explain:
      'The file format has the field, but no part of lakegate implements it yet. The result would not do what the file says.',
    fix: 'Do what the hint says, or leave that part out. With --accept-not-yet, check, plan, diff, compare, cost, trace, prove and lab print a warning and continue. Commands whose output is applied, pasted or run (synth, snippets, router) do not have this option.',
  },
} as const satisfies Record<`LG_${string}`, CodeText>;
