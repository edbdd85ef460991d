import type { InfraPlan, InspectionPlan, NetworkPath, Rule } from '../../../ir/index.ts';
import { artifactFile } from '../sections/artifact.ts';

interface ReadmeOptions {
  readonly marker: string;
  /** Names of the configuration files, without ending. */
  readonly files: readonly string[];
  readonly cost?: string;
  readonly format?: 'hcl' | 'json';
}

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** What each file is about, in the order in which a reader should open them. */
const fileSummaries: Readonly<Record<string, string>> = {
  versions: 'versions of Terraform and providers; the backend',
  providers: 'accounts and regions; no credentials',
  variables: 'values that you must set',
  network: 'the hub VPC and its VPC endpoints',
  'network-paths': 'attachments, peerings and routes from the hub to the other networks',
  'name-resolution': 'private zones and resolver rules',
  spokes: 'the other side of each network whose account lakegate may act in',
  'security-groups': 'who may connect to what; each rule is a separate resource',
  'endpoint-services': 'load balancers, listeners, target groups, endpoint services',
  'config-bucket': 'the bucket that routers read, and its key',
  artifact: 'the router program, pinned by digest',
  'routes-object': 'the routes, which routers follow without being replaced',
  router: 'the fleet and its role',
  alarms: 'log group, metrics, alarms and their topic',
  msk: 'Kafka clusters and their brokers',
  databricks: 'NCCs, private endpoint rules, bindings',
  acceptance: 'the endpoint map of the routers, and which endpoints are accepted',
  credentials: 'Unity Catalog service credentials and their roles',
  inspection: 'the inspection CA: its key, its signer, the secret of the intermediate, delivery of its certificates',
  outputs: 'endpoint services, rules and endpoints, the routers’ bucket',
  moved: 'renamed targets keep their resources',
};

/** `README.md` of the output folder: what it creates and costs, how to apply and to destroy it. */
export function readme(infra: InfraPlan, { marker, files, cost, format = 'hcl' }: ReadmeOptions): string {
  const { name, router } = infra;
  const listeners = infra.endpointServices.flatMap((service) => service.listeners);
  const rules = infra.nccs.flatMap((ncc) => ncc.rules);
  const ending = format === 'hcl' ? 'tf' : 'tf.json';
  const lines = [
    `<!-- ${marker} -->`,
    `# ${name}`,
    '',
    `Private access for Databricks serverless compute in ${infra.aws.region}, account ${infra.aws.account}.`,
    '',
    '## What it creates',
    '',
    `- ${count(infra.endpointServices.length, 'endpoint service')}, each with its network load balancer: ${count(listeners.length, 'listener')} in total`,
    `- ${count(infra.nccs.length, 'NCC')} with ${count(rules.length, 'private endpoint rule')}; each rule creates one endpoint on the Databricks side`,
    ...hubLines(infra),
    ...(router ? [`- router fleet (${router.run === 'instances' ? router.instance : 'Fargate'}): ${router.why}`] : []),
    ...infra.mskClusters
      .filter(({ source }) => source.kind === 'create')
      .map((cluster) => `- MSK cluster ${cluster.name} with ${count(cluster.brokers.length, 'broker')}`),
    ...infra.credentials.map(
      (credential) => `- Unity Catalog service credential ${credential.name}, role ${credential.roleName}`,
    ),
    '',
    '## What it costs',
    '',
    cost ?? '`lakegate cost` shows the monthly estimate for this plan, line by line.',
    '',
    '## Apply',
    '',
    'Credentials come from the environment: AWS as usual for the account above; Databricks as `DATABRICKS_CLIENT_ID` and',
    '`DATABRICKS_CLIENT_SECRET` of a service principal with the account-admin role. No secret is in these files.',
    '',
    '```sh',
    ...(router?.run === 'instances'
      ? [
          `lakegate artifact --arch ${router.architecture} -o artifacts   # ${artifactFile(router.architecture)} and its digest; commit the digest`,
        ]
      : []),
    'terraform init',
    ...applyLines(infra),
    '```',
    '',
    ...acceptLines(infra),
    '`tofu` works as well. The API that creates rules is slow: if it answers "taking too long", apply again to continue.',
    ...(router?.run === 'containers'
      ? [
          '',
          'Build the router image from `files/Dockerfile`, push it to the repository that the first apply creates',
          '(`terraform apply -target=aws_ecr_repository.router`), and set `router_image` to its digest.',
        ]
      : []),
    ...separateLines(infra),
    ...inspectionLines(infra),
    '',
    '## Change',
    '',
    'Change the spec, then run `lakegate synth` and `terraform apply`. Addresses are stable. With the lock, adding a target adds',
    'resources and removing one removes its own; names of rules, routes of routers and firewall rules change in place. Where another',
    'target must move for it, or a resource is replaced, `lakegate diff` says so first, under "Cut" and "Replaced". A change of the',
    'launch template replaces the instances in turn, and their connections drain.',
    '',
    '## Destroy',
    '',
    '```sh',
    ...(infra.inspection
      ? [
          'terraform state rm aws_kms_key.inspection_ca   # the keys of the inspection CA stay; schedule their deletion yourself',
        ]
      : []),
    'terraform destroy',
    '```',
    '',
    ...destroyLines(infra),
    '',
    '## Files',
    '',
    '| file | what |',
    '|---|---|',
    ...files.map((file) => `| ${file}.${ending} | ${fileSummaries[file] ?? ''} |`),
    '',
    ...(router
      ? [
          `The routers follow \`${router.names.keys.routes}\` and \`${router.names.keys.policy}\` in the bucket \`${router.names.bucket}\`. Terraform writes both; the second is the endpoint map.`,
          '',
        ]
      : []),
  ];
  return lines.join('\n');
}

function hubLines({ hub, networks }: InfraPlan): readonly string[] {
  if (!hub) return [];
  const paths = networks.filter((network) => network.reach === 'transit-gateway' || network.reach === 'peering');
  return [
    hub.vpc.kind === 'create'
      ? `- hub VPC ${hub.vpc.cidr} over ${count(hub.vpc.subnets.filter(({ role }) => role === 'private').length, 'zone')}, ${hub.vpc.internet === 'nat' ? 'with NAT' : 'without internet access'}`
      : `- in the existing VPC ${hub.vpc.id}: security groups, load balancers, routes`,
    ...(hub.vpcEndpoints.length > 0 ? [`- VPC endpoints: ${[...hub.vpcEndpoints].sort().join(', ')}`] : []),
    ...(paths.length > 0
      ? [`- routes to ${paths.map((network) => `${network.name} (${network.cidrs.join(', ')})`).join('; ')}`]
      : []),
  ];
}

const hasRules = ({ nccs }: InfraPlan, kind: Rule['kind']): boolean =>
  nccs.some((ncc) => ncc.rules.some((rule) => rule.kind === kind));

/** As often as it takes until every rule is accepted and enabled. */
function applyLines(infra: InfraPlan): readonly string[] {
  const first = hasRules(infra, 'service');
  return [
    `terraform apply${first ? '   # ends with "Wait two minutes, then apply again": Databricks is making the endpoints' : ''}`,
    ...(first ? ['terraform apply   # accepts the endpoints that the rules report, and no other'] : []),
    ...(hasRules(infra, 's3') ? ['terraform apply   # ten minutes later: enables the rules for S3'] : []),
  ];
}

function acceptLines(infra: InfraPlan): readonly string[] {
  return [
    ...(hasRules(infra, 'service')
      ? [
          'An error of a rule stops its own endpoint and no other; it says what to do. An endpoint that is not accepted within 14 days',
          'expires. At a terminal, `DATABRICKS_TF_ENABLED_PF_RESOURCES=databricks_mws_ncc_private_endpoint_rule` in the environment makes',
          'one apply wait for the endpoints. Do not set it in CI: if that apply is killed, Terraform forgets the rules.',
          '',
        ]
      : []),
    ...(hasRules(infra, 's3')
      ? [
          'A rule for S3 is ESTABLISHED once the bucket policy admits its endpoint (`aws:SourceVpce`); an apply after that enables it.',
          '',
        ]
      : []),
  ];
}

const destroyLines = (infra: InfraPlan): readonly string[] => [
  ...(hasRules(infra, 'service')
    ? [
        'It rejects the connections, then deletes rules, services and the rest. If AWS answers `ExistingVpcEndpointConnections`, it was',
        'still rejecting: destroy again.',
      ]
    : []),
  'An NCC cannot be removed from a workspace. For each NCC with workspaces, destroy ends with one error ("attached to one or more',
  'workspaces"), and only these NCCs stay in the state: apply again to use them again, or bind the workspaces to other NCCs and destroy',
  `again. ${
    infra.mskClusters.some(({ source }) => source.kind === 'create')
      ? 'Destroying deletes the MSK cluster with its data.'
      : 'This configuration holds no data.'
  }`,
];

/** What is done once so that inspection begins, and what keeps it going. */
function inspectionLines({ inspection, aws }: InfraPlan): readonly string[] {
  const { signer } = inspection ?? {};
  if (!inspection || !signer) return [];
  const { keyAlias } = inspection.ca;
  const isGithub = signer.trusts.by === 'github';
  return [
    '',
    '## Inspection',
    '',
    `Routers refuse inspected names until this is done, once, after the first apply. Only the role \`${signer.roleName}\` may use the key`,
    `of the root, \`${keyAlias}1\` in ${aws.region}, and read the intermediate; ${
      signer.trusts.by === 'github'
        ? `only the workflow of ${signer.trusts.repository} may be that role.`
        : `${signer.trusts.arn} may be that role.`
    }`,
    '',
    ...(isGithub
      ? [
          '1. The account needs `token.actions.githubusercontent.com` as an identity provider of IAM.',
          '2. Copy `files/inspection-signer.yml` to `.github/workflows/` of the repository with the spec, and set `LAKEGATE_FILE` in it.',
          '3. Run the workflow by hand with the command `init`. Commit the file `….ca.json` of its artifact next to the spec.',
          '4. Run it with the command `sign`: the first intermediate, for 14 days.',
        ]
      : [
          '1. As that role, in the folder of the spec: `inspection-signer` is the script in `files/`. Commit the file `….ca.json` that the first line writes.',
          '',
          '   ```sh',
          `   inspection-signer init --kms ${keyAlias}1`,
          '   inspection-signer sign   # the first intermediate, for 14 days',
          '   ```',
        ]),
    `${isGithub ? 5 : 2}. ${deliverySteps(inspection)}`,
    `${isGithub ? '6. From then on the workflow runs' : '3. Run the script without arguments'} every six hours: it renews the intermediate.`,
    '',
    '14 days after the last signature the routers refuse inspected names. For a name that comes later, run `init --reissue` in the same way,',
    'and deliver again. No private key is in these files, in a Terraform plan or in its state.',
  ];
}

const deliverySteps = ({ deliver }: InspectionPlan): string =>
  deliver
    ? `\`lakegate ca bundle -o DIR\`, where DIR is this folder, writes what clients trust. Commit both files, and apply again: they are delivered to the volume \`${deliver.volume}\`.`
    : '`lakegate ca bundle -o DIR` writes what clients trust. The spec has no `inspection.deliver`: put both files where clients can read them.';

function separateLines({ networks }: InfraPlan): readonly string[] {
  const separate = networks.filter((network) => network.spokeSide === 'separate-folder');
  if (separate.length === 0) return [];
  return [
    '',
    `The owners of these networks must apply the configurations in \`spokes/\`: ${separate.map(({ name }) => name).join(', ')}. Until then nothing is reachable there.`,
  ];
}

/** README of a spoke's own folder, for somebody who has not heard of lakegate. */
export function spokeReadme(
  network: NetworkPath,
  infra: InfraPlan,
  { marker, variables }: { readonly marker: string; readonly variables: readonly string[] },
): string {
  return [
    `<!-- ${marker} -->`,
    `# ${network.name}: return path to ${infra.name}`,
    '',
    `For the owner of ${network.vpc ?? 'this network'}${network.account ? ` in account ${network.account}` : ''}.`,
    'Databricks serverless compute reaches services of this network through a hub. This configuration creates the return path:',
    '',
    network.reach === 'peering'
      ? '- it accepts the peering connection of the hub'
      : `- it attaches the VPC to ${network.transitGateway ?? 'the transit gateway'} (import the attachment if one exists)`,
    '- it adds a route to the hub in every route table of the VPC',
    `- it creates a security group that services can use to admit the hub on ${network.ports.length === 1 ? 'port' : 'ports'} ${network.ports.join(', ')}`,
    '',
    'It does not change existing security groups or subnets.',
    '',
    '```sh',
    'terraform init',
    `terraform apply${variables.map((name) => ` -var ${name}=…`).join('')}`,
    '```',
    '',
  ].join('\n');
}
