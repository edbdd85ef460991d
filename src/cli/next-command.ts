/** The options that name a spec and an output folder. */
export interface Places {
  readonly file: string;
  readonly out: string;
}

const usual: Places = { file: 'lakegate.yaml', out: 'terraform' };

/** A command line for the spec and the folder at hand, to be pasted; what is the default is left out. */
export const lineWith = (command: string, { file, out }: Places): string =>
  [`lakegate ${command}${fileOption(file)}`, ...(out === usual.out ? [] : [`-o ${quoted(out)}`])].join(' ');

/** `-f FILE` behind a space, where the spec is not the usual one. */
export const fileOption = (file: string): string => (file === usual.file ? '' : ` -f ${quoted(file)}`);

/** For a POSIX shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
