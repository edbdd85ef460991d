import { cidrRange, parseCidr } from '../../ir/index.ts';
import { type Checking, problem, type Raw } from '../raw-spec.ts';
import { shown } from '../wording.ts';
import { checkArnPartition } from './clouds.ts';

type Field = 'transit_gateway' | 'account' | 'vpc' | 'cidrs' | 'dns' | 'assume_role';

/** What each way to a network takes and needs. */
const fieldsByReach: Readonly<
  Record<
    Raw<'networks'>['reach'],
    { readonly takes: readonly Field[]; readonly needs: readonly Field[]; readonly is: string }
  >
> = {
  hub: { takes: ['cidrs', 'dns'], needs: [], is: 'is the hub VPC' },
  'transit-gateway': {
    takes: ['transit_gateway', 'account', 'vpc', 'cidrs', 'dns', 'assume_role'],
    needs: ['cidrs'],
    is: 'is reached through a transit gateway',
  },
  peering: {
    takes: ['account', 'vpc', 'cidrs', 'dns', 'assume_role'],
    needs: ['vpc', 'cidrs'],
    is: 'is reached through VPC peering',
  },
  internet: { takes: [], needs: [], is: 'is the internet' },
};

const fields: readonly Field[] = ['transit_gateway', 'account', 'vpc', 'cidrs', 'dns', 'assume_role'];

/** Each network has the fields that its way needs, and no other. */
export function checkNetworks({ raw, report }: Checking): void {
  let hub: string | undefined;
  for (const { name, value, lacks } of raw.networks.values()) {
    if (!value) continue;
    const path = ['networks', name];
    const { takes, needs, is } = fieldsByReach[value.reach];
    for (const field of fields) {
      if (value[field] !== undefined && !takes.includes(field))
        report(
          problem(
            'LG_FIELD_NOT_HERE',
            [...path, field],
            `the network ${name} ${is}; the field ${field} does not apply`,
            {
              hint: takes.length > 0 ? `fields with reach: ${value.reach}: ${takes.join(', ')}` : `remove ${field}`,
              at: 'key',
            },
          ),
        );
      if (needs.includes(field) && lacks(field))
        report(
          problem('LG_FIELD_MISSING', [...path, field], `the network ${name} ${is}; it needs ${field}`, {
            hint:
              field === 'cidrs'
                ? 'write the address ranges of its targets, such as cidrs: [10.50.0.0/16]'
                : 'write the VPC to peer with: vpc: vpc-…',
          }),
        );
    }
    if (value.reach === 'hub' && hub !== undefined)
      report(
        problem('LG_FIELD_CONFLICT', [...path, 'reach'], `the network ${name} is the hub VPC, and so is ${hub}`, {
          hint: 'keep one network with reach: hub',
        }),
      );
    if (value.reach === 'hub') hub ??= name;
    checkInsideHub(name, value, raw.hub?.vpc.create?.cidr, report);
    checkRole(name, value, raw.aws, report);
  }
}

/** Ranges of the hub network, if given, lie in the hub VPC. */
function checkInsideHub(
  name: string,
  { reach, cidrs }: Raw<'networks'>,
  hubCidr: string | undefined,
  report: Checking['report'],
): void {
  const whole = hubCidr === undefined ? undefined : parseCidr(hubCidr);
  if (reach !== 'hub' || !whole) return;
  for (const [index, text] of (cidrs ?? []).entries()) {
    const cidr = parseCidr(text);
    if (!cidr) continue;
    const [inner, outer] = [cidrRange(cidr), cidrRange(whole)];
    if (inner.first < outer.first || inner.last > outer.last)
      report(
        problem(
          'LG_ADDRESS_OUTSIDE',
          ['networks', name, 'cidrs', index],
          `${text} is not inside the hub VPC, ${whole}`,
          {
            hint: 'remove cidrs: the default is the range of the hub VPC',
          },
        ),
      );
  }
}

/** The role is one of the account that the network is in. */
function checkRole(
  name: string,
  { assume_role, account }: Raw<'networks'>,
  aws: Checking['raw']['aws'],
  report: Checking['report'],
): void {
  if (assume_role === undefined) return;
  checkArnPartition(assume_role, ['networks', name, 'assume_role'], aws?.region, report);
  const inRole = assume_role.split(':')[4];
  const inNetwork = account ?? aws?.account;
  if (inRole === undefined || inNetwork === undefined || inRole === inNetwork) return;
  report(
    problem(
      'LG_ARN_ELSEWHERE',
      ['networks', name, 'assume_role'],
      `${shown(assume_role)} is in account ${inRole}; the network ${name} is in ${inNetwork}`,
      {
        hint:
          account === undefined
            ? `add account: "${inRole}" to the network`
            : 'use a role in the account of the network',
      },
    ),
  );
}
