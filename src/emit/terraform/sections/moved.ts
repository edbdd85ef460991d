import type { InfraPlan } from '../../../ir/index.ts';
import { address, type Section } from '../language/value.ts';
import { ident } from '../names.ts';

/**
 * `moved.tf`: a renamed target keeps its resources. Only addresses that come from the target's name move; the others
 * come from keys that a rename leaves alone.
 */
export function movedSections(infra: InfraPlan, sections: readonly Section[]): readonly Section[] {
  return (infra.renames ?? []).flatMap(({ from, to }) =>
    sections
      .filter(({ kind, labels }) => kind === 'resource' && ofTarget(labels, to, infra))
      .map(({ labels: [type = '', name = ''] }): Section => {
        const before = `${ident(from)}${name.slice(ident(to).length)}`;
        return {
          kind: 'moved',
          labels: [],
          body: { from: address(`${type}.${before}`), to: address(`${type}.${name}`) },
          comment: `${from} is now called ${to}.`,
        };
      }),
  );
}

/** Whether a resource is named after this target: the cluster of a Kafka target and what belongs to it. */
function ofTarget([type = '', name = '']: readonly string[], target: string, { mskClusters }: InfraPlan): boolean {
  const cluster = mskClusters.find((each) => each.target === target && each.source.kind === 'create');
  if (!cluster) return false;
  const id = ident(target);
  if (type === 'aws_msk_cluster' || type === 'aws_cloudwatch_log_group') return name === id;
  return (
    (type === 'aws_security_group' && name === `${id}_brokers`) ||
    (type === 'aws_vpc_security_group_ingress_rule' && name.startsWith(`${id}_brokers_from_`))
  );
}
