import type { NetworkPath } from '../../../ir/index.ts';
import type { Context } from '../context.ts';
import { spokeReadme } from '../files/readme.ts';
import { address, expr, type Section } from '../language/value.ts';
import { marker } from '../output-file.ts';
import { spokeSide } from '../sections/spokes.ts';
import type { Root } from './root.ts';

/** One root for each spoke that its owner applies, because lakegate may not act in its account. */
export const spokeRoots = (context: Context): readonly Root[] =>
  context.infra.networks
    .filter((network) => network.spokeSide === 'separate-folder')
    .flatMap((network) => spokeRoot(network, context));

/** Nothing where the spoke has no side that can be written. What the hub knows only after apply is asked for as a variable. */
function spokeRoot(network: NetworkPath, { infra }: Context): readonly Root[] {
  const { vpc } = infra.hub ?? {};
  const hubCidr = vpc?.kind === 'create' ? vpc.cidr : undefined;
  const main = spokeSide(network, infra.name, {
    hubCidr: hubCidr ?? expr('var.hub_cidr'),
    hubVpcId: expr('var.hub_vpc_id'),
    peeringId: expr('var.peering_connection_id'),
    prefix: '',
  });
  if (main.length === 0) return [];
  const variables = [
    ...(hubCidr === undefined ? [variable('hub_cidr', 'Output hub_cidr of the hub.')] : []),
    ...(network.reach === 'peering'
      ? [variable('peering_connection_id', 'Of output peering_connections of the hub.')]
      : []),
    ...((network.privateZones ?? []).length > 0
      ? [variable('hub_vpc_id', 'The hub VPC, to be allowed to the private zones.')]
      : []),
  ];
  const names = variables.map(({ labels }) => labels[0] ?? '');
  return [
    {
      folder: `spokes/${network.name}`,
      providers: ['aws'],
      sections: [
        { name: 'versions', sections: [provider(network, infra.aws.region)] },
        { name: 'variables', sections: variables },
        { name: 'main', sections: main },
      ],
      files: [{ path: 'README.md', text: spokeReadme(network, infra, { marker, variables: names }) }],
    },
  ];
}

const variable = (name: string, description: string): Section => ({
  kind: 'variable',
  labels: [name],
  body: { type: address('string'), description },
});

const provider = ({ account }: NetworkPath, region: string): Section => ({
  kind: 'provider',
  labels: ['aws'],
  body: { region, ...(account && { allowed_account_ids: [account] }) },
});
