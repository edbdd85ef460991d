import {
  type Attributes,
  AwsError,
  type AwsWorld,
  blocksOf,
  bootstrapOf,
  brokersOf,
  type Caller,
  isObject,
  prefixListOf,
  readThing,
  type Thing,
  text,
  texts,
  type Value,
  zonesOf,
} from '../../aws/index.ts';
import { policyDocument } from './policy-document.ts';

/** What each data source answers. Throws AwsError where nothing, or more than one thing, is found. */
export function readAwsData(world: AwsWorld, caller: Caller, type: string, config: Attributes): Attributes {
  const read = sources[type];
  if (!read) throw new Error(`the simulated provider has no data source ${type}`);
  return { region: caller.region, ...read({ world, caller, config }) };
}

interface Query {
  readonly world: AwsWorld;
  readonly caller: Caller;
  readonly config: Attributes;
}

/** The objects that fit the arguments, `filter` blocks and tags of a data source. */
function matching({ world, caller, config }: Query, type: string, names: readonly string[]): readonly Thing[] {
  return world.local(type, caller).filter(({ attributes, id }) => {
    if (text(config, 'id') && text(config, 'id') !== id) return false;
    const named = names.every((name) => !text(config, name) || text(config, name) === text(attributes, name));
    return (
      named &&
      tagsFit(config.tags, attributes) &&
      blocksOf(config, 'filter').every((each) => filterFits(each, attributes, id))
    );
  });
}

const tagsFit = (wanted: Value | undefined, attributes: Attributes): boolean => {
  const have = tagsOf(attributes);
  return !isObject(wanted) || Object.entries(wanted).every(([key, value]) => have[key] === value);
};

const tagsOf = (attributes: Attributes): Attributes => {
  const all = attributes.tags_all ?? attributes.tags;
  return isObject(all) ? all : {};
};

/** EC2's filter names, as far as they differ from the attribute's own with hyphens. */
const filterNames: Readonly<Record<string, string>> = {
  cidr: 'cidr_block',
  'subnet-id': 'id',
  'group-name': 'name',
  'zone-name': 'name',
};

function filterFits(filter: Attributes, attributes: Attributes, id: string): boolean {
  const name = text(filter, 'name');
  const wanted = texts(filter, 'values');
  const have = name.startsWith('tag:')
    ? tagsOf(attributes)[name.slice(4)]
    : name === 'association.subnet-id'
      ? attributes.associated
      : name === `${'id'}`
        ? id
        : attributes[filterNames[name] ?? name.replaceAll('-', '_')];
  const values = (Array.isArray(have) ? have : [have]).map(String);
  return wanted.some((each) => {
    const pattern = new RegExp(
      `^${each
        .replace(/[.+^$(){}|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    );
    return values.some((value) => pattern.test(value));
  });
}

function single(found: readonly Thing[], word: string): Thing {
  const [first, second] = found;
  if (!first) throw new AwsError('NoMatch', `no matching ${word} found`);
  if (second)
    throw new AwsError(
      'TooMany',
      `multiple ${word}s matched; use additional constraints to reduce matches to a single ${word}`,
    );
  return first;
}

const one = (query: Query, type: string, word: string, names: readonly string[]): Attributes => {
  const thing = single(matching(query, type, names), word);
  return { ...readThing(query.world, thing), id: thing.id, tags: tagsOf(thing.attributes) };
};

const sources: Readonly<Record<string, (query: Query) => Attributes>> = {
  aws_caller_identity: ({ caller }) => ({
    id: caller.account,
    account_id: caller.account,
    arn: `arn:${caller.partition}:sts::${caller.account}:assumed-role/lakegate/session`,
    user_id: 'AROASIMULATEDCLOUD000:session',
  }),
  aws_region: ({ caller }) => ({
    id: caller.region,
    name: caller.region,
    description: caller.region,
    endpoint: `ec2.${caller.region}.amazonaws.com`,
  }),
  aws_partition: ({ caller }) => ({
    id: caller.partition,
    partition: caller.partition,
    dns_suffix: 'amazonaws.com',
    reverse_dns_prefix: 'com.amazonaws',
  }),
  aws_availability_zones: ({ caller, config }) => {
    const zones = zonesOf(caller.region).filter(
      (each) =>
        !texts(config, 'exclude_names').includes(each.name) && !texts(config, 'exclude_zone_ids').includes(each.id),
    );
    return {
      id: caller.region,
      names: zones.map((each) => each.name),
      zone_ids: zones.map((each) => each.id),
      group_names: [caller.region],
    };
  },
  aws_iam_policy_document: ({ config }) => {
    const json = policyDocument(config);
    return {
      id: String(json.length),
      json,
      minified_json: JSON.stringify(JSON.parse(json)),
      version: text(config, 'version') || '2012-10-17',
    };
  },
  aws_ssm_parameter: ({ world, caller, config }) => {
    const name = text(config, 'name');
    const given = world.get('ssm_parameter', name);
    // AWS's own public parameters: the current image of a system for a processor.
    const image = /^\/aws\/service\/ami-amazon-linux-latest\/[a-z0-9-]+-(x86_64|arm64)$/.exec(name);
    if (!given && !image) throw new AwsError('ParameterNotFound', `couldn't find resource: SSM Parameter ${name}`);
    const value = given ? text(given.attributes, 'value') : imageOf(name, caller.region);
    return {
      id: name,
      arn: `arn:${caller.partition}:ssm:${caller.region}::parameter${name}`,
      type: 'String',
      value,
      insecure_value: value,
      version: 1,
    };
  },
  aws_ami: ({ caller, config }) => {
    const id = imageOf(JSON.stringify(config.filter ?? []), caller.region);
    return {
      id,
      image_id: id,
      arn: `arn:${caller.partition}:ec2:${caller.region}::image/${id}`,
      root_device_name: '/dev/xvda',
      state: 'available',
    };
  },
  aws_vpc: (query) => {
    const found = one(query, 'aws_vpc', 'EC2 VPC', ['cidr_block']);
    return {
      ...found,
      default: false,
      state: 'available',
      cidr_block_associations: [
        { association_id: 'vpc-cidr-assoc-0', cidr_block: found.cidr_block ?? null, state: 'associated' },
      ],
      ipv6_cidr_block_associations: [],
    };
  },
  aws_subnet: (query) => ({
    ...one(query, 'aws_subnet', 'EC2 Subnet', ['vpc_id', 'cidr_block', 'availability_zone']),
    default_for_az: false,
    state: 'available',
    available_ip_address_count: 200,
  }),
  aws_subnets: (query) => ({
    id: query.caller.region,
    ids: matching(query, 'aws_subnet', [])
      .map((each) => each.id)
      .sort(),
  }),
  aws_route_tables: (query) => ({
    id: query.caller.region,
    ids: matching(query, 'aws_route_table', ['vpc_id'])
      .map((each) => each.id)
      .sort(),
  }),
  aws_route_table: (query) => routeTable(query),
  aws_security_group: (query) => one(query, 'aws_security_group', 'EC2 Security Group', ['name', 'vpc_id']),
  aws_lb: (query) => one(query, 'aws_lb', 'ELBv2 Load Balancer', ['arn', 'name']),
  aws_vpc_endpoint_service: (query) => {
    const own = /^[a-z0-9.-]+$/.test(text(query.config, 'service'))
      ? `com.amazonaws.${query.caller.region}.${text(query.config, 'service')}`
      : text(query.config, 'service_name');
    const made = query.world.all('aws_vpc_endpoint_service', (each) => each.attributes.service_name === own)[0];
    return {
      ...(made ? readThing(query.world, made) : {}),
      id: made?.id ?? own,
      service_id: made?.id ?? own,
      service_name: own,
      owner: made?.account ?? 'amazon',
      service_region: query.caller.region,
    };
  },
  aws_prefix_list: ({ caller, config }) => ({
    id: prefixListOf(caller.region),
    prefix_list_id: prefixListOf(caller.region),
    name: text(config, 'name') || `com.amazonaws.${caller.region}.s3`,
    cidr_blocks: ['52.218.0.0/17'],
  }),
  aws_ec2_managed_prefix_list: ({ caller, config }) => ({
    id: prefixListOf(caller.region),
    arn: `arn:${caller.partition}:ec2:${caller.region}:aws:prefix-list/${prefixListOf(caller.region)}`,
    name: text(config, 'name') || `com.amazonaws.${caller.region}.s3`,
    owner_id: 'AWS',
    address_family: 'IPv4',
    entries: [],
    max_entries: 0,
    version: 0,
  }),
  aws_msk_cluster: (query) => one(query, 'aws_msk_cluster', 'MSK Cluster', ['cluster_name', 'arn']),
  aws_msk_bootstrap_brokers: ({ world, config }) => ({
    id: text(config, 'cluster_arn'),
    ...bootstrapOf(world, clusterOf(world, config)),
  }),
  aws_msk_broker_nodes: ({ world, config }) => {
    const cluster = clusterOf(world, config);
    return {
      id: cluster.id,
      node_info_list: brokersOf(world, cluster.id).map((broker) => ({
        attached_eni_id: broker.interfaceId,
        broker_id: broker.number,
        client_subnet: broker.subnet,
        client_vpc_ip_address: broker.address,
        endpoints: [broker.host],
        node_arn: broker.arn,
      })),
    };
  },
};

function routeTable(query: Query): Attributes {
  const { world, config } = query;
  const subnet = text(config, 'subnet_id');
  const associated = world.all('aws_route_table_association', (each) => each.attributes.subnet_id === subnet)[0];
  const wanted = text(config, 'route_table_id') || text(associated?.attributes ?? {}, 'route_table_id');
  const found = wanted
    ? world.all('aws_route_table', (each) => each.id === wanted)
    : subnet
      ? []
      : matching(query, 'aws_route_table', ['vpc_id']);
  const table = single(found, 'EC2 Route Table');
  return {
    ...readThing(world, table),
    route_table_id: table.id,
    routes: [],
    associations: [],
    tags: tagsOf(table.attributes),
  };
}

function clusterOf(world: AwsWorld, config: Attributes): Thing {
  const arn = text(config, 'cluster_arn');
  const found = world.get('aws_msk_cluster', arn);
  if (!found) throw new AwsError('NotFoundException', `The requested resource doesn't exist: ${arn}`, 404);
  return found;
}

/** An image id that is always the same for the same question. */
const imageOf = (question: string, region: string): string =>
  `ami-0${[...question, ...region]
    .reduce((sum, letter) => (sum * 16_777_619 + letter.charCodeAt(0)) % 2 ** 44, 2_166_136_261)
    .toString(16)
    .padStart(16, '0')}`;
