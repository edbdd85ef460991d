import { writeStarter } from '../../app/init/index.ts';
import { command } from '../command.ts';
import { refuse } from '../refuse.ts';

export const init = command({
  name: 'init',
  about: 'Writes a commented spec that passes `lakegate check`. Never overwrites a file.',
  examples: [
    { line: 'lakegate init', does: 'writes lakegate.yaml' },
    { line: 'lakegate init prod.yaml', does: 'writes prod.yaml' },
  ],
  touches: 'files',
  args: { file: { kind: 'positional', value: 'FILE', help: 'the file to write (default: lakegate.yaml)' } },
  async run({ file = 'lakegate.yaml' }, context) {
    const problem = await writeStarter(file, context);
    if (problem) return refuse(problem, false, context);
    context.print(
      `wrote ${file}: replace the ids and names in it, then run lakegate check${file === 'lakegate.yaml' ? '' : ` -f ${file}`}`,
    );
    return 0;
  },
});
