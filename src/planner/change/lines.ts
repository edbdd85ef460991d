import { type ChangeEffect, changeEffect, type InfraPlan, subnetEffect } from '../../ir/index.ts';
import { type Difference, pathText, patternOf } from './differences.ts';
import { movesOf } from './moves.ts';
import { movedText, sentenceOf } from './sentences.ts';

/** Parts of a plan, in the order in which changes are told. */
export const areas = [
  'targets',
  'nccs',
  'services',
  'networks',
  'hub',
  'router',
  'clusters',
  'account',
  'routes',
] as const;
export type Area = (typeof areas)[number];

/** One difference between two plans, in words. */
export interface Line {
  readonly area: Area;
  readonly is: 'added' | 'removed' | 'moved' | 'changed';
  /** One sentence without a full stop. */
  readonly text: string;
  /** Where it is in the two plans. A move has two places. */
  readonly paths: readonly string[];
  /** What Terraform and the clouds do. */
  readonly effect: ChangeEffect | { readonly is: 'created' };
  /** It follows from another line, or only explains: shown folded. */
  readonly isDetail: boolean;
}

/**
 * Every difference as a line. What the table of effects does not know is told all the same, as updated in place.
 *
 * @param hub Of the first plan: what a subnet holds depends on its role there.
 */
export function linesOf(found: readonly Difference[], hub?: InfraPlan['hub']): readonly Line[] {
  const roles = new Map(hub?.vpc.kind === 'create' ? hub.vpc.subnets.map(({ key, role }) => [`[${key}]`, role]) : []);
  const moves = movesOf(found);
  const departures = new Set(moves.map(({ from }) => from));
  const arrivals = new Map(moves.map(({ from, to }) => [to, from]));
  const entered = new Map(found.filter(isEntry).map((each) => [pathText(each.path), kindOf(each)]));
  return found
    .filter((difference) => !departures.has(difference))
    .map((difference): Line => {
      const from = arrivals.get(difference);
      const told = from ?? difference;
      return {
        area: areaOf(difference.path),
        is: from ? 'moved' : kindOf(difference),
        text: from ? movedText(from.path, difference.path) : sentenceOf(difference),
        paths: [...(from ? [from] : []), difference].map(({ path }) => pathText(path)),
        effect: effectOf(told, roles) ?? { is: isObjectOfItsOwn(told) ? 'created' : 'in-place' },
        isDetail: isDetail(difference) || (!from && isPartOfEntry(difference, entered)),
      };
    })
    .sort((one, other) => areas.indexOf(one.area) - areas.indexOf(other.area));
}

const isEntry = ({ path, before, after }: Difference): boolean =>
  (path.at(-1) ?? '').startsWith('[') && (before === undefined || after === undefined);

/** Whether something that is no object by itself comes or goes with one that it is part of, which is told already. */
function isPartOfEntry(difference: Difference, entered: ReadonlyMap<string, Line['is']>): boolean {
  if (objects.has(patternOf(difference.path))) return false;
  const kind = kindOf(difference);
  return difference.path.some((_, at) => at > 0 && entered.get(pathText(difference.path.slice(0, at))) === kind);
}

/** Lists of infra whose entries are objects of a cloud. Every other entry is a part of one, which changes with it. */
const objects: ReadonlySet<string> = new Set([
  'infra.credentials[]',
  'infra.endpointServices[]',
  'infra.endpointServices[].listeners[]',
  'infra.mskClusters[]',
  'infra.nccs[]',
  'infra.nccs[].rules[]',
  'infra.nccs[].workspaces[]',
  'infra.networks[]',
]);

const isObjectOfItsOwn = ({ path, before }: Difference): boolean =>
  before === undefined && objects.has(patternOf(path));

const kindOf = ({ before, after }: Difference): Line['is'] =>
  before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';

/** Adding creates an object and touches no other; the table speaks of changes and removals. */
function effectOf(
  { path, before }: Difference,
  roles: ReadonlyMap<string, 'private' | 'public'>,
): ChangeEffect | undefined {
  const [root, ...rest] = path;
  if (root !== 'infra' || before === undefined) return undefined;
  const pattern = patternOf(rest);
  return pattern.startsWith('hub.vpc.subnets[]')
    ? subnetEffect(roles.get(rest[3] ?? '') ?? 'private', pattern)
    : changeEffect(pattern);
}

const areaOfField: Readonly<Record<string, Area>> = {
  targets: 'targets',
  renames: 'targets',
  nccs: 'nccs',
  endpointServices: 'services',
  networks: 'networks',
  hub: 'hub',
  router: 'router',
  inspection: 'router',
  mskClusters: 'clusters',
  credentials: 'clusters',
};

const areaOf = ([root, field = '']: readonly string[]): Area =>
  root === 'routes' ? 'routes' : (areaOfField[field] ?? 'account');

/** Fields that follow from others, or that say why. */
const details: ReadonlySet<string> = new Set([
  'infra.endpointServices[].listeners[].forward.why',
  'infra.networks[].domains[]',
  'infra.networks[].ports[]',
  'infra.renames',
  'infra.renames[]',
  'infra.router.needed',
  'infra.router.why',
  'infra.router.ports[]',
  'infra.router.egress[]',
  'infra.router.egress[].ports[]',
  'infra.router.egress[].cidrs[]',
  'infra.targets[].services[]',
  'infra.targets[].workspaces[]',
]);

const isDetail = ({ path }: Difference): boolean =>
  path[0] === 'routes' || path.at(-1) === 'order' || details.has(patternOf(path));
