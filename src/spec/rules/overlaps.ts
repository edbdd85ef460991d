import { type Cidr, cidrRange, parseCidr } from '../../ir/index.ts';
import { type Checking, problem } from '../raw-spec.ts';

interface Range {
  readonly cidr: Cidr;
  readonly first: number;
  readonly last: number;
  /** `the hub`, or `network onprem`. */
  readonly owner: string;
  readonly path: readonly (string | number)[];
  /** Place in the file: of two that overlap, the later is shown. */
  readonly order: number;
}

/**
 * No address belongs to two networks, nor to a network and the hub: routes and the router's address check could not tell them apart.
 * One report for each range that overlaps an earlier-starting one, not for each pair.
 */
export function checkOverlaps({ raw, report }: Checking): void {
  const ranges: Range[] = [];
  const add = (text: string, owner: string, path: Range['path']) => {
    const cidr = parseCidr(text);
    if (!cidr) return;
    const { first, last } = cidrRange(cidr);
    ranges.push({ cidr, first, last, owner, path, order: ranges.length });
  };
  const hub = raw.hub?.vpc.create?.cidr;
  if (hub !== undefined) add(hub, 'the hub', ['hub', 'vpc', 'create', 'cidr']);
  for (const { name, value } of raw.networks.values())
    if (value && value.reach !== 'internet' && (value.reach !== 'hub' || hub === undefined))
      for (const [index, text] of (value.cidrs ?? []).entries())
        add(text, `network ${name}`, ['networks', name, 'cidrs', index]);
  ranges.sort((a, b) => a.first - b.first || b.last - a.last || a.order - b.order);
  let widest: Range | undefined;
  for (const range of ranges) {
    if (widest && range.first <= widest.last) reportOverlap(widest, range, report);
    if (!widest || range.last > widest.last) widest = range;
  }
}

function reportOverlap(a: Range, b: Range, report: Checking['report']): void {
  const [earlier, later] = a.order < b.order ? [a, b] : [b, a];
  const same = earlier.cidr === later.cidr;
  const message = same
    ? `${later.cidr} of ${later.owner} is also a range of ${earlier.owner}`
    : `${later.cidr} of ${later.owner} overlaps ${earlier.cidr} of ${earlier.owner}`;
  const hint =
    earlier.owner === later.owner
      ? 'list each range once'
      : 'use different ranges for each network; if one contains the other, list only the remaining parts of the larger one';
  report(problem('LG_CIDR_OVERLAP', later.path, message, { hint }));
}
