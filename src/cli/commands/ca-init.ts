import { initCa, reissueCa } from '../../app/ca/index.ts';
import { caContext, passphraseArg, plannedCa } from '../ca-of.ts';
import { command, fileArg, jsonArg } from '../command.ts';
import { refuse, usage } from '../refuse.ts';

export const caInit = command({
  name: 'ca init',
  about:
    'Makes the root of the inspection CA for the names that the spec inspects, or for inspection.ca.names, and no others. Writes lakegate.ca.json next to the spec: it has no secret; commit it. With --local the key of the root is in a file next to it, encrypted with AES-256-GCM by a passphrase (scrypt). This is the simple form, for trials: who has the file and the passphrase can sign, and nobody sees it.',
  examples: [
    {
      line: 'lakegate ca init --local',
      does: 'makes a root whose key is in a file, encrypted by the passphrase in LAKEGATE_CA_PASSPHRASE',
    },
    {
      line: 'lakegate ca init --reissue --passphrase-file passphrase.txt',
      does: 'makes a new certificate for the same key: names have come, or the old one ends',
    },
  ],
  touches: 'files',
  args: {
    file: fileArg,
    local: { kind: 'flag', help: 'keep the key of the root in an encrypted file' },
    reissue: { kind: 'flag', help: 'make a new certificate for the key of the root that is there' },
    'passphrase-file': passphraseArg,
    json: jsonArg,
  },
  async run({ file: spec, local, reissue, json, ...values }, context) {
    const planned = await plannedCa(spec, json, context);
    if (!planned) return 1;
    if (local === reissue) return usage('give one of --local and --reissue', json, context);
    const machine = caContext(context, values['passphrase-file']);
    const made = reissue
      ? await reissueCa(spec, planned, machine)
      : await initCa(spec, { planned, wish: { by: 'file' } }, machine);
    if ('code' in made) return refuse(made, json, context);
    const { files, ca } = made;
    const { id, names } = ca.current;
    if (json) context.print(JSON.stringify({ ok: true, files, root: id, names }, null, 2));
    else {
      context.print(`root ${id} may sign for ${names.join(', ')}, and for names below these`);
      for (const each of files) context.note(`wrote ${each}`);
      context.note(
        'Next: lakegate ca bundle writes what clients trust; lakegate ca sign makes the intermediate for routers',
      );
    }
    return 0;
  },
});
