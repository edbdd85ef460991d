import { type Code, codes, didYouMean } from '../../diagnostics/index.ts';
import { command, jsonArg } from '../command.ts';
import { usage } from '../refuse.ts';
import { fold } from '../render/table.ts';

const isCode = (text: string): text is Code => Object.hasOwn(codes, text);

export const explain = command({
  name: 'explain',
  about: 'Prints the text of one code, as docs/errors.md has it. Without a code it lists all of them.',
  examples: [
    { line: 'lakegate explain LG_NOT_GRANTED', does: 'says why a connection was refused and what to do' },
    { line: 'lakegate explain', does: 'lists every code with its title' },
  ],
  touches: 'nothing',
  args: {
    code: { kind: 'positional', value: 'CODE', help: 'such as LG_NO_RULE; case does not matter' },
    json: jsonArg,
  },
  async run({ code, json }, context) {
    if (code === undefined) {
      const all = Object.entries(codes).sort(([a], [b]) => (a < b ? -1 : 1));
      context.print(
        json
          ? JSON.stringify(Object.fromEntries(all), null, 2)
          : all.map(([name, text]) => `${name.padEnd(32)}${text.title}`).join('\n'),
      );
      return 0;
    }
    const wanted = code.toUpperCase();
    const name = wanted.startsWith('LG_') ? wanted : `LG_${wanted}`;
    if (!isCode(name)) {
      const near = didYouMean(name, Object.keys(codes));
      return usage(`there is no code ${code}${near || '; lakegate explain lists all'}`, json, context);
    }
    const text = codes[name];
    if (json) context.print(JSON.stringify({ code: name, ...text }, null, 2));
    else
      context.print(
        [
          `${name}: ${text.title}`,
          '',
          ...fold(text.explain, context.columns),
          '',
          ...fold(text.fix, context.columns),
        ].join('\n'),
      );
    return 0;
  },
});
