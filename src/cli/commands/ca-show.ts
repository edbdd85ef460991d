import { fileStore, type ShownCa, type ShownCertificate, showCa } from '../../app/ca/index.ts';
import { caContext, plannedCa } from '../ca-of.ts';
import { command, fileArg, jsonArg } from '../command.ts';
import { refuseAll } from '../refuse.ts';

export const caShow = command({
  name: 'ca show',
  about:
    'Shows the roots of the inspection CA with their names, validity and fingerprints, the phase of a rotation, and the intermediate of the routers where --issuer names it. Shows no key.',
  examples: [
    { line: 'lakegate ca show', does: 'shows the roots' },
    { line: 'lakegate ca show --issuer lakegate-issuer.json --json', does: 'shows roots and intermediate as JSON' },
  ],
  touches: 'nothing',
  args: {
    file: fileArg,
    issuer: { kind: 'text', value: 'FILE', help: 'the intermediate, as lakegate ca sign writes it' },
    json: jsonArg,
  },
  async run({ file: spec, issuer, json }, context) {
    if (!(await plannedCa(spec, json, context))) return 1;
    const machine = caContext(context);
    const shown = await showCa(spec, issuer === undefined ? undefined : fileStore(issuer, machine), machine);
    if (!('roots' in shown)) return refuseAll(shown, json, context);
    context.print(json ? JSON.stringify({ ok: true, ...shown }, null, 2) : textOf(shown));
    return 0;
  },
});

const textOf = ({ file, name, phase, since, roots, issuer }: ShownCa): string =>
  [
    `CA of ${name} (${file}): ${phase} since ${since}`,
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
