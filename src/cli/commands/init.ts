import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { starterFile } from '../../spec/index.ts';
import { command } from '../command.ts';

export const init = command({
  name: 'init',
  summary: 'Write a commented spec to start from',
  about: 'Writes a commented spec that passes `lakegate check`. Never overwrites a file.',
  examples: [
    { line: 'lakegate init', does: 'writes lakegate.yaml' },
    { line: 'lakegate init prod.yaml', does: 'writes prod.yaml' },
  ],
  touches: 'files',
  args: { file: { kind: 'positional', value: 'FILE', help: 'the file to write (default: lakegate.yaml)' } },
  async run({ file = 'lakegate.yaml' }, world) {
    try {
      // wx: creating and finding out that it exists are one step.
      await writeFile(resolve(world.cwd, file), starterFile, { flag: 'wx' });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') {
        world.note(`${file}  error LG_FILE_EXISTS ${file} is there already, and init never overwrites`);
        world.note('  hint: name another file, such as lakegate init new.yaml');
      } else {
        world.note(`${file}  error LG_FILE_UNWRITABLE ${file} cannot be written (${code ?? String(error)})`);
        world.note('  hint: check that the folder exists and that this user may write to it');
      }
      return 1;
    }
    world.print(
      `wrote ${file}: replace the ids and names in it, then run lakegate check${file === 'lakegate.yaml' ? '' : ` -f ${file}`}`,
    );
    return 0;
  },
});
