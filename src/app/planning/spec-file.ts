import { dirname, resolve } from 'node:path';
import { type Diagnostic, hasErrors, type PlacedDiagnostic, unreadable } from '../../diagnostics/index.ts';
import { inOrder, readSpec, type Spec } from '../../spec/index.ts';
import { errorCode, type FileSystem, type WorkingFolder } from '../files/index.ts';
import { withCaFiles } from './ca-files.ts';

/** The file that commands read without `-f`. */
const defaultFile = 'lakegate.yaml';

/** Given as a file, it is standard input: the name that diagnostics show for it. */
const standardInput = { given: '-', shown: '<stdin>' } as const;

/** Whether a file as given by `-f` is standard input. */
export const isStandardInput = (file: string): boolean => file === standardInput.given;

/** Read beyond this the reader of specs refuses the file anyway (10 MB); it need not come into memory. */
const bytesAtMost = 11 * 1024 * 1024;

/** The lines of the files that a command has read. */
export interface Lines {
  /** The text of a line, from 1. @param file As diagnostics name it. */
  line(number: number, file: string): string | undefined;
}

/** A file that was read, right or wrong. */
export interface SpecFile {
  /** Absent when there are errors. */
  readonly spec?: Spec;
  /** As shown to the user: the path that they gave. */
  readonly file: string;
  /** All, warnings included. */
  readonly diagnostics: readonly PlacedDiagnostic[];
  readonly lines: Lines;
  /** Puts diagnostics of later stages, whose paths are of the spec, on their lines. What is in `diagnostics` already is left out. */
  place(diagnostics: readonly Diagnostic[]): readonly PlacedDiagnostic[];
}

export interface SpecOptions {
  /** What the spec asks for and is not built yet is a warning. Default: an error, and there is no spec. */
  readonly acceptNotYet?: boolean;
}

/**
 * Reads a spec. Every command that plans gets it from here, so that none acts on what is not built yet.
 *
 * @param given As given by `-f`, relative to the working directory; `-` is standard input. One that cannot be read is a
 *   diagnostic.
 */
export async function readSpecFile(
  given: string,
  { cwd, files }: WorkingFolder,
  { acceptNotYet = false }: SpecOptions = {},
): Promise<SpecFile> {
  const file = isStandardInput(given) ? standardInput.shown : given;
  const bytes = await readBytes(isStandardInput(given) ? undefined : resolve(cwd, given), files);
  if (bytes instanceof Uint8Array) {
    const { spec: withoutCas, notBuilt, source, ...read } = readSpec(bytes, file);
    const severity = acceptNotYet ? 'warning' : 'error';
    const cas = withoutCas && (await withCaFiles(withoutCas, file, { cwd, files }));
    const spec = cas?.spec;
    const diagnostics = inOrder([
      ...read.diagnostics,
      ...source.place(cas?.diagnostics ?? []),
      ...notBuilt.map((each) => ({ ...each, severity }) as const),
    ]);
    const said = new Set(diagnostics.map(sayingOf));
    return {
      ...(spec && !hasErrors(diagnostics) && { spec }),
      file,
      diagnostics,
      lines: source,
      place: (later) => source.place(later.filter((each) => !said.has(sayingOf(each)))),
    };
  }
  const place = (later: readonly Diagnostic[]) => later.map((each) => ({ ...each, file, line: 1, column: 1 }));
  const above = bytes.code === 'ENOENT' && file === defaultFile ? await specAbove(cwd, files) : undefined;
  const hint =
    above !== undefined
      ? `there is one further up: lakegate reads it with -f ${above}`
      : bytes.code === 'ENOENT' && file === defaultFile
        ? 'lakegate init writes a commented file to start from; -f names another one'
        : 'check the path after -f';
  return {
    file,
    diagnostics: place([unreadable(file, bytes.code, hint)]),
    lines: { line: () => undefined },
    place,
  };
}

/** Reader and planner report some things both, under one code and path: the planner also gets specs that no file holds. */
const sayingOf = ({ code, path }: Diagnostic): string => JSON.stringify([code, path]);

/** Folders above the working directory in which a spec is looked for. */
const foldersAbove = 8;

/** The path of the nearest spec above a folder. */
async function specAbove(cwd: string, files: FileSystem): Promise<string | undefined> {
  for (let up = 1; up <= foldersAbove; up++) {
    const path = `${'../'.repeat(up)}${defaultFile}`;
    if ((await files.kindOf(resolve(cwd, path)).catch(() => undefined)) === 'file') return path;
    if (dirname(resolve(cwd, path)) === '/') return undefined;
  }
  return undefined;
}

/** @param path Absent for standard input. */
async function readBytes(path: string | undefined, files: FileSystem): Promise<Uint8Array | { readonly code: string }> {
  try {
    // A pipe or a device has no size, and might never end.
    return await (path === undefined ? files.readInput(bytesAtMost) : files.readStream(path, bytesAtMost));
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return { code };
  }
}
