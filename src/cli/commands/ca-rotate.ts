import { issuerStoreOf, overlapDays, rotateCa, rotationPhases } from '../../app/ca/index.ts';
import { noteWritten, passphraseArg, plannedCa, withCa } from '../ca-of.ts';
import { command, fileArg, jsonArg } from '../command.ts';
import { refuseAll, usage } from '../refuse.ts';

const daysMax = 365;

export const caRotate = command({
  name: 'ca rotate',
  about: `Changes the key of the root in three phases. publish makes a new root, and both are delivered. switch, ${overlapDays} days later or more, lets the signer use the new one. retire, 14 days after that, drops the old one. Each run makes one phase and writes lakegate.ca.json: commit it. A phase that is not due is refused; --overlap-days 0 does not wait, for a key that has leaked: clients that have not read the new file fail then.`,
  examples: [
    {
      line: 'lakegate ca rotate --phase publish --kms alias/lakegate-acme-inspection-ca-2',
      does: 'makes a root with the second key; deliver it with lakegate ca bundle and terraform apply',
    },
    { line: 'lakegate ca rotate --phase switch', does: 'lets the signer use the new root from its next run' },
    { line: 'lakegate ca rotate --phase retire', does: 'drops the old root; deliver the file once more' },
  ],
  touches: 'clouds',
  args: {
    file: fileArg,
    phase: { kind: 'text', value: 'PHASE', help: 'publish, switch or retire; default: the next one' },
    kms: { kind: 'text', value: 'KEY', help: 'for publish: the new key in KMS' },
    local: { kind: 'flag', help: 'for publish: keep the new key in an encrypted file' },
    issuer: { kind: 'text', value: 'FILE', help: 'for retire: the intermediate in a file in place of the secret' },
    'overlap-days': { kind: 'text', value: 'N', help: 'days to wait since the phase before, in place of 7 and 14' },
    'passphrase-file': passphraseArg,
    json: jsonArg,
  },
  async run({ file, phase, kms, local, issuer, json, ...values }, context) {
    const planned = await plannedCa(file, json, context);
    if (!planned) return 1;
    const wanted = rotationPhases.find((each) => each === phase);
    if (phase !== undefined && !wanted)
      return usage(`--phase ${phase} is not one of ${rotationPhases.join(', ')}`, json, context);
    if (kms !== undefined && local)
      return usage('give one of --kms, for a key in KMS, and --local, for a key in a file', json, context);
    const days = values['overlap-days'] === undefined ? undefined : Number(values['overlap-days']);
    if (days !== undefined && !(Number.isInteger(days) && days >= 0 && days <= daysMax))
      return usage(`--overlap-days is not a whole number from 0 to ${daysMax}`, json, context);
    const wish =
      kms !== undefined
        ? ({ by: 'kms', key: kms, region: planned.region } as const)
        : local
          ? ({ by: 'file' } as const)
          : undefined;
    return withCa(context, values['passphrase-file'], async (machine) => {
      const store = issuerStoreOf(planned, issuer, machine);
      const rotated = await rotateCa(file, { planned, phase: wanted, wish, store, days }, machine);
      if (!('is' in rotated)) return refuseAll(rotated, json, context);
      const { ca } = rotated;
      if (json) {
        const roots = { current: ca.current.id, next: ca.next?.id, previous: ca.previous?.id };
        context.print(
          JSON.stringify({ ok: true, done: rotated.is === 'done', phase: rotated.phase, ...roots }, null, 2),
        );
        return 0;
      }
      context.print(
        rotated.is === 'done'
          ? `${rotated.phase} is done: ${next[rotated.phase]}`
          : `${rotated.phase} was done before: ${next[rotated.phase]}`,
      );
      if (rotated.is === 'done') noteWritten(rotated, context);
      return 0;
    });
  },
});

const next = {
  publish: 'run lakegate ca bundle and terraform apply, so that clients get both roots',
  switch: 'once the file is committed, the next run of the signer (lakegate ca sign --renew) signs with the new root',
  retire: 'run lakegate ca bundle and terraform apply, so that clients get the new root alone',
} as const;
