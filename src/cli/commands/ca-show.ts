import { issuerStoreOf, type ShownCa, type ShownCertificate, showCa } from '../../app/ca/index.ts';
import { plannedCa, withCa } from '../ca-of.ts';
import { command, fileArg, jsonArg } from '../command.ts';
import { refuseAll } from '../refuse.ts';

export const caShow = command({
  name: 'ca show',
  about:
    'Shows the roots of the inspection CA with their names, validity and fingerprints, and the phase of a rotation. With --issuer FILE or --secret also the intermediate of the routers. Shows no key.',
  examples: [
    { line: 'lakegate ca show', does: 'shows the roots, from the file next to the spec' },
    { line: 'lakegate ca show --secret --json', does: 'shows the intermediate in the secret too, as JSON' },
  ],
  touches: 'network',
  args: {
    file: fileArg,
    issuer: { kind: 'text', value: 'FILE', help: 'the intermediate in a file' },
    secret: { kind: 'flag', help: 'the intermediate in the secret that routers read' },
    json: jsonArg,
  },
  async run({ file, issuer, secret, json }, context) {
    const planned = await plannedCa(file, json, context);
    if (!planned) return 1;
    return withCa(context, undefined, async (machine) => {
      const store = issuer !== undefined || secret ? issuerStoreOf(planned, issuer, machine) : undefined;
      const shown = await showCa(file, store, machine);
      if (!('roots' in shown)) return refuseAll(shown, json, context);
      // Asked for and not there is an answer too.
      const missing = store && !shown.issuer ? store.place : undefined;
      if (json)
        context.print(JSON.stringify({ ok: true, ...shown, ...(missing !== undefined && { issuer: null }) }, null, 2));
      else {
        context.print(textOf(shown));
        if (missing !== undefined)
          context.print(`\nintermediate at ${missing}: there is none; lakegate ca sign makes one`);
      }
      return 0;
    });
  },
});

const textOf = ({ file, name, phase, since, next, roots, issuer }: ShownCa): string =>
  [
    `CA of ${name} (${file}): ${phase} since ${since}`,
    ...(phase === 'steady' ? [] : [`next: lakegate ca rotate --phase ${next.phase}, from ${next.from}`]),
    ...roots.flatMap((root) => [
      '',
      `${root.use} root ${root.id}`,
      ...linesOf(root),
      `  names        ${root.names.join(', ')}`,
      `  key          ${root.key}`,
    ]),
    ...(issuer
      ? [
          '',
          `intermediate at ${issuer.place}`,
          ...linesOf(issuer),
          `  signed by    ${issuer.root ?? 'none of the roots above'}`,
        ]
      : []),
  ].join('\n');

const linesOf = ({ subject, notBefore, notAfter, daysLeft, fingerprint }: ShownCertificate): readonly string[] => [
  `  subject      ${subject}`,
  `  valid        ${notBefore} to ${notAfter}: ${daysLeft === 0 ? 'less than a day, or expired' : `${daysLeft} days left`}`,
  `  fingerprint  ${fingerprint}`,
];
