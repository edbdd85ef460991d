/** A file of the emitted folder. */
export interface OutputFile {
  /** Relative to the output folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** The first line of every file that can carry a comment. `synth` knows its own files by it. */
export const marker = 'Written by `lakegate synth`. Change the spec, not this file.';

export type TerraformFormat = 'hcl' | 'json';

export interface EmitOptions {
  /** `hcl` is the default and what people read. */
  readonly format?: TerraformFormat;
  /** One line of the README about what it costs, such as `about 412 USD a month`. */
  readonly cost?: string;
}
