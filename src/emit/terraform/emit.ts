import type { Diagnostic } from '../../diagnostics/index.ts';
import type { InfraPlan, RoutePlan } from '../../ir/index.ts';
import { type Context, contextOf } from './context.ts';
import { toHcl } from './language/hcl.ts';
import { toTfJson } from './language/tf-json.ts';
import { type EmitOptions, marker, type OutputFile, type TerraformFormat } from './output-file.ts';
import { problemsOf } from './problems.ts';
import { quotaWarnings } from './quotas.ts';
import { hubRoots } from './roots/hub.ts';
import { type Root, type SectionFile, sectionFiles } from './roots/root.ts';
import { spokeRoots } from './roots/spokes.ts';

export interface TerraformOutput {
  /** Sorted by path. Empty when there are errors; warnings come with files. */
  readonly files: readonly OutputFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Which configurations a plan needs, each applied by itself. Another kind of root is one entry more. */
const roots: readonly ((context: Context, options: EmitOptions) => readonly Root[])[] = [hubRoots, spokeRoots];

/** What {@link emitTerraform} finds in a plan. Makes no text, which is most of the work. */
export function terraformProblems(infra: InfraPlan, routes: RoutePlan): readonly Diagnostic[] {
  const problems = problemsOf(infra);
  return problems.length > 0 ? problems : warningsOf(configurationsOf(infra, routes, {}));
}

/**
 * Writes a plan as Terraform. Pure: the same plan gives the same bytes. Addresses come from keys that the lock keeps,
 * so a target added adds resources and a target removed removes its own.
 *
 * @returns The files, or errors (LG_SYNTH_…) for what Terraform cannot express. Never throws for a checked plan.
 */
export function emitTerraform(infra: InfraPlan, routes: RoutePlan, options: EmitOptions = {}): TerraformOutput {
  const diagnostics = problemsOf(infra);
  if (diagnostics.length > 0) return { files: [], diagnostics };
  const configurations = configurationsOf(infra, routes, options);
  return {
    files: configurations
      .flatMap(({ root, configuration }) => [
        ...configuration.map((file) => within(root, configurationFile(file, options.format))),
        ...root.files.map((file) => within(root, file)),
      ])
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    diagnostics: warningsOf(configurations),
  };
}

interface Configuration {
  readonly root: Root;
  readonly configuration: readonly SectionFile[];
}

function configurationsOf(infra: InfraPlan, routes: RoutePlan, options: EmitOptions): readonly Configuration[] {
  const context = contextOf(infra, routes);
  return roots
    .flatMap((rootsOf) => rootsOf(context, options))
    .map((root) => ({ root, configuration: sectionFiles(root, infra.aws.region) }));
}

const warningsOf = (configurations: readonly Configuration[]): readonly Diagnostic[] =>
  configurations.flatMap(({ root, configuration }) =>
    quotaWarnings(
      root.folder,
      configuration.flatMap(({ sections }) => sections),
    ),
  );

const within = ({ folder }: Root, { path, text }: OutputFile): OutputFile => ({
  path: folder === '' ? path : `${folder}/${path}`,
  text,
});

function configurationFile({ name, sections }: SectionFile, format: TerraformFormat = 'hcl'): OutputFile {
  switch (format) {
    case 'hcl':
      return { path: `${name}.tf`, text: `# ${marker}\n\n${toHcl(sections)}` };
    case 'json':
      return { path: `${name}.tf.json`, text: toTfJson(sections, marker) };
    default:
      return format satisfies never;
  }
}
