import { initCa, reissueCa } from '../../app/ca/index.ts';
import { noteWritten, passphraseArg, plannedCa, withCa } from '../ca-of.ts';
import { command, fileArg, jsonArg } from '../command.ts';
import { refuse, usage } from '../refuse.ts';

export const caInit = command({
  name: 'ca init',
  about:
    'Makes the root of the inspection CA for the names that the spec inspects, or for inspection.ca.names, and no others. Writes lakegate.ca.json next to the spec: it has no secret; commit it. With --kms the key stays in KMS (a key ECC_NIST_P256, SIGN_VERIFY), every use of it is in CloudTrail, and nobody can copy it. With --local the key is in a file next to the spec, encrypted with AES-256-GCM by a passphrase (scrypt). That is the simple form, for trials: who has the file and the passphrase can sign unseen. KMS is better.',
  examples: [
    { line: 'lakegate ca init --kms alias/lakegate-acme-inspection-ca-1', does: 'makes a root whose key stays in KMS' },
    {
      line: 'lakegate ca init --local',
      does: 'makes a root whose key is in a file, encrypted by the passphrase in LAKEGATE_CA_PASSPHRASE',
    },
    {
      line: 'lakegate ca init --reissue',
      does: 'makes a new certificate for the same key: names have come, or the old one ends',
    },
  ],
  touches: 'clouds',
  args: {
    file: fileArg,
    kms: { kind: 'text', value: 'KEY', help: 'the key of the root in KMS: an id, ARN or alias' },
    local: { kind: 'flag', help: 'keep the key of the root in an encrypted file' },
    reissue: { kind: 'flag', help: 'make a new certificate for the key of the root that is there' },
    'passphrase-file': passphraseArg,
    json: jsonArg,
  },
  async run({ file, kms, local, reissue, json, ...values }, context) {
    const planned = await plannedCa(file, json, context);
    if (!planned) return 1;
    if ([kms !== undefined, local, reissue].filter(Boolean).length !== 1)
      return usage(
        'give one of --kms KEY, for a key in KMS; --local, for a key in a file; and --reissue, for a new certificate of the root that is there',
        json,
        context,
      );
    return withCa(context, values['passphrase-file'], async (machine) => {
      const wish =
        kms === undefined ? ({ by: 'file' } as const) : { by: 'kms' as const, key: kms, region: planned.region };
      const made = reissue ? await reissueCa(file, planned, machine) : await initCa(file, { planned, wish }, machine);
      if ('code' in made) return refuse(made, json, context);
      const { id, names } = made.ca.current;
      const files = [...(made.keyFile === undefined ? [] : [made.keyFile]), made.file];
      if (json) context.print(JSON.stringify({ ok: true, files, root: id, names }, null, 2));
      else {
        context.print(`root ${id} may sign for ${names.join(', ')}, and for names below these`);
        noteWritten(made, context);
        context.note(
          'Next: lakegate ca sign makes the intermediate of the routers; lakegate ca bundle writes what clients trust, and terraform apply delivers it',
        );
      }
      return 0;
    });
  },
});
