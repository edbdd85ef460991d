import { type Diagnostic, error, type PlacedDiagnostic } from '../../diagnostics/index.ts';
import type { InspectionPlan, RoutePlan } from '../../ir/index.ts';
import type { WorkingFolder } from '../files/index.ts';
import { type Planning, planSpecFile } from '../planning/index.ts';

/** What a spec says of its CA. */
export interface PlannedCa {
  /** Of the spec. */
  readonly name: string;
  readonly region: string;
  readonly inspection: InspectionPlan;
  readonly issuer: NonNullable<RoutePlan['inspection']>['issuer'];
  readonly diagnostics: readonly PlacedDiagnostic[];
}

/** Plans a spec and reads what is inspected in it. */
export async function planCa(spec: string, folder: WorkingFolder): Promise<PlannedCa | Planning | Diagnostic> {
  const planning = await planSpecFile(spec, folder);
  if (!planning.made) return planning;
  const { infra, routes } = planning.made.plan;
  if (!infra.inspection || !routes.inspection)
    return error('LG_CA_NOTHING_INSPECTED', ['targets'], `${spec} has no granted target with tls: inspect`);
  const { issuer } = routes.inspection;
  return {
    name: infra.name,
    region: infra.aws.region,
    inspection: infra.inspection,
    issuer,
    diagnostics: planning.diagnostics,
  };
}
