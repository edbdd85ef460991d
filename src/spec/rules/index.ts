import type { Checking } from '../raw-spec.ts';
import { checkAccess } from './access.ts';
import { checkAddresses } from './addresses.ts';
import { checkClaims } from './claims.ts';
import { checkClouds } from './clouds.ts';
import { checkFoundations } from './foundations.ts';
import { checkInspected } from './inspected.ts';
import { checkKafka } from './kafka.ts';
import { checkNetworks } from './networks.ts';
import { checkOverlaps } from './overlaps.ts';
import { checkTargets } from './targets.ts';

/** Rules across fields, in no particular order. Each takes time in proportion to the spec, at most times its logarithm. */
const rules: readonly ((checking: Checking) => void)[] = [
  checkClouds,
  checkFoundations,
  checkNetworks,
  checkOverlaps,
  checkTargets,
  checkInspected,
  checkKafka,
  checkAddresses,
  checkClaims,
  checkAccess,
];

/** Reports everything that is wrong between fields whose shape is right. */
export function checkRules(checking: Checking): void {
  for (const rule of rules) rule(checking);
}
