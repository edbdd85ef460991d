import { issuerStoreOf, renewDays, signIssuer } from '../../app/ca/index.ts';
import { passphraseArg, plannedCa, withCa } from '../ca-of.ts';
import { command, fileArg, jsonArg } from '../command.ts';
import { refuseAll } from '../refuse.ts';

export const caSign = command({
  name: 'ca sign',
  about:
    'Makes a new key and an intermediate CA for 14 days, signs it with the root, and writes both in one step into the secret that routers read, or into a file. Routers take it without a restart and never hold the right to sign with the root. With --renew it may run as often as you like, and twice at once.',
  examples: [
    {
      line: 'lakegate ca sign --renew',
      does: `writes the secret, unless what is there has more than ${renewDays} days left: run it every six hours`,
    },
    {
      line: 'lakegate ca sign --issuer lakegate-issuer.json',
      does: 'writes a file for lakegate router --issuer, which only its owner may read',
    },
  ],
  touches: 'clouds',
  args: {
    file: fileArg,
    issuer: { kind: 'text', value: 'FILE', help: 'a file in place of the secret' },
    renew: { kind: 'flag', help: `sign only where at most ${renewDays} days are left, or root or names have changed` },
    'passphrase-file': passphraseArg,
    json: jsonArg,
  },
  async run({ file, issuer, renew, json, ...values }, context) {
    const planned = await plannedCa(file, json, context);
    if (!planned) return 1;
    return withCa(context, values['passphrase-file'], async (machine) => {
      const store = issuerStoreOf(planned, issuer, machine);
      const signed = await signIssuer(file, { planned, store, renew }, machine);
      if (!('is' in signed)) return refuseAll(signed, json, context);
      const { place } = signed;
      const notAfter = new Date(signed.notAfterMs).toISOString();
      if (json) context.print(JSON.stringify({ ok: true, signed: signed.is === 'signed', place, notAfter }, null, 2));
      else
        context.print(
          signed.is === 'signed'
            ? `wrote ${place}: an intermediate of the root ${signed.root}, good until ${notAfter}`
            : `kept ${place}: it is good until ${notAfter}`,
        );
      if (!json && signed.is === 'signed' && issuer !== undefined)
        context.note('The file holds the key of the intermediate: keep it out of the repository');
      return 0;
    });
  },
});
