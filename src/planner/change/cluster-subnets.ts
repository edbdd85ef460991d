import { brokerSubnets, changeEffect, type InfraPlan } from '../../ir/index.ts';
import type { Line } from './lines.ts';

/**
 * Clusters that both plans make and that cannot stay, because their brokers would be in other subnets: of another hub, of other
 * zones, or of more zones. Each as a line that replaces it, since no field of the cluster differs.
 */
export function movedClusters(before: InfraPlan, after: InfraPlan): readonly Line[] {
  const effect = changeEffect('mskClusters[].name');
  const old = new Map(before.mskClusters.map((cluster) => [cluster.target, cluster]));
  return after.mskClusters.flatMap(({ target, source, brokers }): readonly Line[] => {
    const then = old.get(target);
    if (!effect || then?.source.kind !== 'create' || source.kind !== 'create') return [];
    if (subnetsOf(before, then.brokers.length) === subnetsOf(after, brokers.length)) return [];
    return [
      {
        area: 'clusters',
        is: 'changed',
        text: `the brokers of target ${target} are in other subnets`,
        paths: [`infra.mskClusters[${target}]`],
        effect,
        isDetail: false,
      },
    ];
  });
}

/** What subnets brokers are in, as a text that is another one where Terraform would put them elsewhere. */
function subnetsOf({ hub }: InfraPlan, brokers: number): string {
  if (hub?.vpc.kind !== 'create') return JSON.stringify(hub && brokerSubnets(hub.vpc.subnetIds, brokers));
  const { cidr, subnets } = hub.vpc;
  return JSON.stringify([
    cidr,
    brokerSubnets(
      subnets.filter(({ role }) => role === 'private'),
      brokers,
    ),
  ]);
}
