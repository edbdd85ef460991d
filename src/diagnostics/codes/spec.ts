import type { CodeText } from '../code-text.ts';

/** Problems of a spec file: first its text, then the shape of its fields, then what they say together. */
export const specCodes = {
  LG_SPEC_FILE_SIZE: {
    title: 'the file is too large for a spec',
    explain: 'A spec may have 10 MB and four million words and signs; one with 10,000 targets has about 1 MB.',
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
  LG_YAML_NUMBER: {
    title: 'a number is written in a way that readers differ in',
    explain:
      'A number that begins with a zero is octal in YAML 1.1 and decimal in YAML 1.2; `0o` and `0x` are read by some only.',
    fix: 'Write the number in decimal, or put it in quotes if it is text.',
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
  LG_SPEC_SECRET: {
    title: 'a secret stands in the spec',
    explain:
      'A field looks like a password, token or key. A spec is committed and shared, and lakegate never needs a secret of a target: clients keep their own.',
    fix: 'Remove the field. If the file was committed or sent to anyone, change the secret.',
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
  LG_KAFKA_BROKERS_MISSING: {
    title: 'the brokers of a cluster are not listed',
    explain:
      'A private endpoint rule holds host names, so the names of all brokers must be known. The ARN of a cluster does not contain them, and reading a spec asks no cloud.',
    fix: 'Run `lakegate msk brokers` with the ARN and put the names under msk.brokers.',
  },
  LG_KAFKA_BROKER_COUNT: {
    title: 'brokers cannot be spread over the zones',
    explain: 'Amazon MSK puts the same number of brokers in each zone of the cluster, which has two or three.',
    fix: 'Use a multiple of the number of zones.',
  },
  LG_FIELD_NOT_HERE: {
    title: 'a field does not belong here',
    explain: 'The field exists, but says nothing for a target of this type or a network of this kind.',
    fix: 'Remove the field, or correct `type:` or `reach:`.',
  },
  LG_FIELD_CONFLICT: {
    title: 'two fields contradict each other',
    explain: 'The fields are each right, but cannot both be meant.',
    fix: 'Keep the one that is meant, as the hint says.',
  },
  LG_REFERENCE_UNKNOWN: {
    title: 'a name is used that nothing has',
    explain:
      'A workspace, target, network, bucket or role is named that the spec does not define, or defines as something else.',
    fix: 'Correct the name, or define what it names.',
  },
  LG_REGION_PARTITION: {
    title: 'region and partition do not belong together',
    explain: 'GovCloud regions belong to the partitions govcloud and govcloud-dod, all others to commercial.',
    fix: 'Correct aws.region or databricks.partition.',
  },
  LG_ARN_ELSEWHERE: {
    title: 'an ARN is of another region or account',
    explain:
      'The resource is not where the spec needs it: a cluster in the region of the hub, a role in the account of its network.',
    fix: 'Correct the ARN, or the region or account beside it.',
  },
  LG_WORKSPACE_TWICE: {
    title: 'two workspaces have the same id',
    explain: 'A workspace has one NCC, so it can stand in the spec once.',
    fix: 'Remove one of the two and give its access to the other.',
  },
  LG_CIDR_OVERLAP: {
    title: 'address ranges overlap',
    explain:
      'An address would belong to two networks, or to a network and the hub. Routes could not tell them apart, nor could the router’s check of where a name may point.',
    fix: 'Give each network its own ranges.',
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
      'A client names a host and dials a port; that must lead to one target. One host may carry several targets on different ports.',
    fix: 'Join the two targets, or correct a host or port.',
  },
  LG_BUCKET_TWICE: {
    title: 'two targets have the same bucket',
    explain: 'Who may reach a bucket is decided for its target; with two targets it would be decided twice.',
    fix: 'Join the two targets.',
  },
  LG_DEFAULT_TWICE: {
    title: 'a port has two default targets',
    explain: 'Clients that send no server name all look the same, so only one target can take them on a port.',
    fix: 'Remove `default: true` from one of the two, or give one another port.',
  },
  LG_RENAME: {
    title: 'a target is renamed from a name that is taken',
    explain:
      '`renamed_from` moves the allocations of the old name to the new one, so the old name must be gone and claimed once.',
    fix: 'Remove `renamed_from`, or the target with the old name.',
  },
  LG_LISTED_TWICE: {
    title: 'a list says the same thing twice',
    explain: 'The entry changes nothing; it may have been meant as another one.',
    fix: 'Remove or correct one of the two.',
  },
  LG_ACCESS_EMPTY: {
    title: 'an access entry, or all access, is empty',
    explain: 'What is not granted is refused, so an empty list grants nothing.',
    fix: 'Name workspaces under `from:` and targets under `to:`.',
  },
  LG_SHARE_NCC_TWICE: {
    title: 'a workspace is in two entries of share_ncc',
    explain:
      'A workspace has one NCC. Two entries that name it would all share that one, which should be said in one entry.',
    fix: 'Join the entries.',
  },
  LG_INSPECTION_UNUSED: {
    title: 'inspection is set up for nothing',
    explain: 'The section `inspection:` is there, and no target says `tls: inspect`.',
    fix: 'Remove the section, or inspect a target.',
  },
  LG_NOT_BUILT_YET: {
    title: 'the spec or the route plan asks for something that is not built yet',
    explain:
      'The format has the field, and no part of lakegate does what it asks for. What is built without it would not hold what the file promises: a target whose TLS is passed through instead of inspected has no path limits, for example.',
    fix: 'Do what the hint says, or leave that part out. With --accept-not-yet, check, plan, compare, cost, trace, prove and lab warn and go on. Commands whose output is applied, pasted or run (synth, snippets, router) have no such option.',
  },
} as const satisfies Record<`LG_${string}`, CodeText>;
