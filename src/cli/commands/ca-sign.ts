import { fileStore, renewDays, signIssuer } from '../../app/ca/index.ts';
import { caContext, passphraseArg, plannedCa } from '../ca-of.ts';
import { command, fileArg, jsonArg } from '../command.ts';
import { refuseAll, usage } from '../refuse.ts';

export const caSign = command({
  name: 'ca sign',
  about:
    'Makes a new key and an intermediate CA for 14 days, signs it with the root, and writes both where routers fetch them, in one step. Routers take it without a restart and never hold the right to sign with the root.',
  examples: [
    {
      line: 'lakegate ca sign --issuer lakegate-issuer.json --passphrase-file passphrase.txt',
      does: 'writes a file for lakegate router --issuer, which only its owner may read',
    },
    {
      line: 'lakegate ca sign --renew --issuer lakegate-issuer.json',
      does: `does nothing while the one that is there has more than ${renewDays} days left: run it daily`,
    },
  ],
  touches: 'files',
  args: {
    file: fileArg,
    issuer: { kind: 'text', value: 'FILE', help: 'the file to write' },
    renew: { kind: 'flag', help: `sign only where at most ${renewDays} days are left, or root or names have changed` },
    'passphrase-file': passphraseArg,
    json: jsonArg,
  },
  async run({ file: spec, issuer, renew, json, ...values }, context) {
    const planned = await plannedCa(spec, json, context);
    if (!planned) return 1;
    if (issuer === undefined) return usage('name the file to write with --issuer', json, context);
    const machine = caContext(context, values['passphrase-file']);
    const signed = await signIssuer(spec, { planned, store: fileStore(issuer, machine), renew }, machine);
    if (!('is' in signed)) return refuseAll(signed, json, context);
    const notAfter = new Date(signed.notAfterMs).toISOString();
    if (json)
      context.print(
        JSON.stringify({ ok: true, signed: signed.is === 'signed', place: signed.place, notAfter }, null, 2),
      );
    else
      context.print(
        signed.is === 'signed'
          ? `wrote ${signed.place}: an intermediate of the root ${signed.root}, good until ${notAfter}`
          : `kept ${signed.place}: it is good until ${notAfter}`,
      );
    return 0;
  },
});
