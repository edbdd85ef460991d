import type { Diagnostic } from '../../diagnostics/index.ts';
import { didYouMean, warning } from '../../diagnostics/index.ts';
import type { Facts } from '../../facts/index.ts';
import type { Spec } from '../../spec/index.ts';

/** A region or instance type that the facts do not have, as a warning: AWS may have it since, or it is a typing mistake. */
export function unknownNames({ aws: { region }, hub }: Spec, facts: Facts): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const { value: regions, asOf } = facts.regions[region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'];
  if (!regions.includes(region))
    found.push(
      warning(
        'LG_REGION_UNKNOWN',
        ['aws', 'region'],
        `${region} is not among the AWS regions that were known on ${asOf}${didYouMean(region, regions)}`,
        'correct it; ignore this warning if the region is newer',
      ),
    );
  const instance = hub?.router.instance;
  if (instance !== undefined && facts.instances[instance] === undefined)
    found.push(
      warning(
        'LG_INSTANCE_UNKNOWN',
        ['hub', 'router', 'instance'],
        `the throughput and price of ${instance} are not known, so the fleet is sized by connections alone and its price is missing${didYouMean(instance, Object.keys(facts.instances))}`,
        'correct it, or use a type that docs/facts.md lists; ignore this warning if the type exists',
      ),
    );
  return found;
}
