import fc from 'fast-check';
import type { Spec, Target } from '../../src/spec/index.ts';
import { bucket, type Kind, kindNames, specOf, target } from './specs.ts';

export interface SpecSize {
  readonly workspaces: number;
  readonly targets: number;
}

/** A target of any kind; a few share hosts, ports, addresses or ask for another port. */
const targetOf = (index: number): fc.Arbitrary<Target> =>
  fc
    .record({
      kind: fc.constantFrom<Kind | 's3'>(...kindNames, ...kindNames, 's3'),
      port: fc.option(fc.constantFrom(443, 5432, 8443), { nil: undefined, freq: 4 }),
      hosts: fc.constantFrom(1, 1, 1, 2, 3),
      fixed: fc.boolean(),
      remap: fc.integer({ min: 0, max: 3 }),
      network: fc.constantFrom('core', 'core', 'outside'),
    })
    .map(({ kind, port, hosts, fixed, remap, network }) => {
      const name = `t${String(index).padStart(2, '0')}`;
      if (kind === 's3') return bucket(name, [`${name}-bucket`]);
      return target(kind, {
        name,
        hosts: Array.from({ length: hosts }, (_, at) => `${name}-${at}.test`),
        ...(port === undefined ? {} : { ports: [port] }),
        ...(fixed ? { addresses: ['10.40.200.10'] } : {}),
        ...(remap === 0 ? { portPolicy: 'remap' as const } : {}),
        network,
      });
    });

/** Complete specs: any access over any targets, with limits near enough to matter. */
export const specs = (
  { workspaces, targets }: SpecSize,
  parts: Partial<Omit<Spec, 'workspaces' | 'access' | 'targets'>> = {},
): fc.Arbitrary<Spec> =>
  fc
    .record({
      workspaces: fc.integer({ min: 1, max: workspaces }),
      targets: fc
        .integer({ min: 1, max: targets })
        .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => targetOf(index)))),
      grants: fc.array(fc.tuple(fc.nat(2 ** workspaces - 1), fc.nat(2 ** targets - 1)), { minLength: 1, maxLength: 4 }),
      names: fc.constantFrom(2, 3, 10),
      rules: fc.constantFrom(1, 1, 2),
    })
    .map((drawn) => {
      const all = Array.from({ length: drawn.workspaces }, (_, at) => `w${at}`);
      const pick = <T>(items: readonly T[], bits: number): T[] => items.filter((_, at) => (bits & (1 << at)) !== 0);
      return specOf({
        workspaces: all,
        targets: drawn.targets,
        access: drawn.grants.map(
          ([from, to]) =>
            [
              pick(all, from),
              pick(
                drawn.targets.map((each) => each.name),
                to,
              ),
            ] as const,
        ),
        limits: {
          nccs_per_region: 1000,
          endpoints_per_region: 1000,
          nlbs_per_region: 1000,
          domains_per_rule: drawn.names,
          rules_per_service_per_ncc: drawn.rules,
        },
        ...parts,
      });
    });
