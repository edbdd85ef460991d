import type { Diagnostic } from '../../diagnostics/index.ts';
import { defaultFacts } from '../../facts/index.ts';
import { oneLine } from './language/hcl.ts';
import { Block, type Section, type Value, Why } from './language/value.ts';

/**
 * Warns where an account needs a higher quota before a configuration can be applied. Limits of the plan itself are the
 * planner's.
 *
 * @param folder Of the root; the hub's is empty.
 */
export function quotaWarnings(folder: string, sections: readonly Section[]): readonly Diagnostic[] {
  const warning = (message: string): Diagnostic => ({
    code: 'LG_SYNTH_QUOTA',
    severity: 'warning',
    path: folder === '' ? ['hub'] : [],
    message: folder === '' ? message : `${folder}: ${message}`,
  });
  const { rulesPerSecurityGroup: rules, targetGroupsPerFleet: groups } = defaultFacts.numbers;
  const counts = new Map<string, number>();
  for (const { kind, labels, body } of sections) {
    const [type = ''] = labels;
    if (kind !== 'resource' || !type.startsWith('aws_vpc_security_group_')) continue;
    const direction = type.includes('_ingress_') ? 'inbound' : 'outbound';
    const key = `${direction}\n${oneLine(plainOf(body.security_group_id))}`;
    counts.set(key, (counts.get(key) ?? 0) + instances(body.for_each));
  }
  const over = [...counts]
    .filter(([, count]) => count > rules.value)
    .map(([key, count]) => {
      const [direction, group = ''] = key.split('\n');
      return warning(
        `${count} ${direction} rules in ${group.replace(/\.id$/, '')}; AWS allows ${rules.value} ${rules.unit}`,
      );
    });
  const attached = sections.filter(({ labels }) => labels[0] === 'aws_autoscaling_attachment').length;
  return attached > groups.value
    ? [...over, warning(`${attached} target groups on the router fleet; AWS allows ${groups.value} ${groups.unit}`)]
    : over;
}

const plainOf = (entry: Section['body'][string]): Value => {
  const value = entry instanceof Why ? entry.value : entry;
  return value === undefined || value instanceof Block || isBlocks(value) ? null : value;
};

const isBlocks = (value: Value | readonly Block[]): value is readonly Block[] =>
  Array.isArray(value) && value.some((each) => each instanceof Block);

/** How many resources a `for_each` makes: its entries where they are literal, one where Terraform must compute them. */
const instances = (forEach: Section['body'][string]): number => {
  const value = plainOf(forEach);
  return value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype
    ? Object.keys(value).length
    : 1;
};
