import type { ObjectState } from '../aws/index.ts';
import { type Checked, checkPolicy, checkRoutePlan, type Policy, type RoutePlan } from '../ir/index.ts';
import { broken, type Finding } from './finding.ts';
import type { Labels } from './labels.ts';
import type { AwsState } from './state.ts';

/** The configuration of the routers, as they read it. */
export interface Configuration {
  readonly routes: RoutePlan;
  /** Undefined: not read, so it is not known which endpoints the routers know. */
  readonly policy?: Policy;
  readonly findings: readonly Finding[];
}

/** Reads both objects as a router does. A broken one leaves a router without routes or endpoints. */
export function readConfiguration(state: AwsState, { name, fleet }: Labels): Configuration {
  const none: RoutePlan = { version: 1, name, listeners: [], upstreams: {}, trustedNetworks: [] };
  if (!fleet) return { routes: none, findings: [] };
  const { keys } = fleet.names;
  const routes = parsed(state.routes, keys.routes, checkRoutePlan);
  const policy = parsed(state.policy, keys.policy, checkPolicy);
  const map = policy.finding ? { version: 1 as const, endpoints: {} } : policy.value;
  return {
    routes: routes.value ?? none,
    ...(map && { policy: map }),
    findings: [routes, policy].flatMap(({ finding }) => finding ?? []),
  };
}

/** Neither a value nor a finding: not read. */
interface Parsed<T> {
  readonly value?: T;
  readonly finding?: Finding;
}

function parsed<T>(
  object: ObjectState | 'absent' | undefined,
  key: string,
  check: (value: unknown) => Checked<T>,
): Parsed<T> {
  if (object === undefined) return {};
  const place = { at: 'configuration', key } as const;
  if (object === 'absent')
    return { finding: broken('LG_LIVE_CONFIGURATION', place, `there is no object ${key} in the configuration bucket`) };
  let json: unknown;
  try {
    json = JSON.parse(object.text);
  } catch {
    return { finding: broken('LG_LIVE_CONFIGURATION', place, `the object ${key} is not JSON`) };
  }
  const checked = check(json);
  if (checked.is === 'good') return { value: checked.value };
  const [first] = checked.diagnostics;
  const message = `the routers refuse the object ${key}: ${first?.message ?? 'it has another shape'}`;
  return { finding: broken('LG_LIVE_CONFIGURATION', place, message) };
}
