import type { AwsPlan } from '../../../ir/index.ts';
import type { Section } from '../language/value.ts';
import type { OutputFile } from '../output-file.ts';
import { type Provider, terraformSection } from '../sections/versions.ts';

/**
 * A Terraform configuration that is applied by itself, with a state that it shares with no other. Its folder is API, as the
 * addresses in it are.
 */
export interface Root {
  /** Its folder in the output, with `/`. Empty: the output folder itself. */
  readonly folder: string;
  readonly providers: readonly Provider[];
  /** What it configures, one file for each concern, in the order in which a reader should open them. */
  readonly sections: readonly SectionFile[];
  /** Absent: whoever applies the root keeps its state. */
  readonly state?: AwsPlan['backend'];
  /** Files next to the configuration, by their path in the folder: README, scripts, templates. */
  readonly files: readonly OutputFile[];
}

/** One concern of a configuration. Without sections there is no file. */
export interface SectionFile {
  /** File name without ending. */
  readonly name: string;
  readonly sections: readonly Section[];
}

const versions = 'versions';

/** All configuration files of a root: `versions` opens with the `terraform` block, which every root has. */
export function sectionFiles({ sections, ...root }: Omit<Root, 'files'>, region: string): readonly SectionFile[] {
  const own = sections.find(({ name }) => name === versions)?.sections ?? [];
  const others = sections.filter((file) => file.name !== versions && file.sections.length > 0);
  return [{ name: versions, sections: [terraformSection({ ...root, region }), ...own] }, ...others];
}
