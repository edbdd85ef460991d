import { jsonSchemaText } from '../../app/init/index.ts';
import { command } from '../command.ts';

export const schema = command({
  name: 'schema',
  about:
    'Prints the JSON Schema (draft 7) of lakegate.yaml. Editors complete and check the file with it; `lakegate check` knows more rules.',
  examples: [
    {
      line: 'lakegate schema > lakegate.schema.json',
      does: 'writes the schema; with "# yaml-language-server: $schema=lakegate.schema.json" on top of the spec, editors use it',
    },
  ],
  touches: 'nothing',
  args: {},
  async run(_, context) {
    context.print(jsonSchemaText().trimEnd());
    return 0;
  },
});
