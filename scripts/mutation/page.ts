import { explained } from './explained.ts';
import type { FileResult, Results, Survivor } from './results.ts';

/** `docs/mutation.md`. */
export function mutationPage(results: Results): string {
  const files = Object.entries(results);
  const folders = [...Map.groupBy(files, ([file]) => folderOf(file))].sort(([one], [other]) => (one < other ? -1 : 1));
  const guarded = files.filter(([, { survivors }]) => survivors !== undefined);
  return [
    '# Mutation tests',
    '',
    'A mutant is the code with one small change: a condition that is always true, `<` for `<=`, a statement left out, another',
    'literal. A test that fails under a mutant kills it. A mutant that no test kills is a line that could break unnoticed.',
    '`npm run test:mutation -- FOLDER` makes every mutant of a folder of `src`, runs the unit tests of that folder that pass the',
    'changed place, and rewrites this page. It takes up to an hour for a folder and is not part of `npm test`. Texts with a blank',
    'in them (messages) are not changed: golden cases hold those. Tests that need more than a second and a half of computing',
    'time, tests of other folders, golden cases and the end-to-end tests are not counted: what only they notice counts as',
    'unnoticed here. So does what was still open when a run was interrupted. Files that are not counted have not been run.',
    '',
    '| folder | files | mutants | killed | survived | not reached by a unit test |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...folders.map(([folder, ofFolder]) =>
      row(
        folder,
        ofFolder.map(([, result]) => result),
      ),
    ),
    '',
    '## Survivors where they matter most',
    '',
    'Routing, trust, opening, cancel requests, the output folder and the lock decide who gets in and what is deleted. Each mutant',
    'that survives there has its reason here.',
    '',
    ...guarded.flatMap(([file, { mutants, killed, survivors = [] }]) => [
      `### ${file}`,
      '',
      `${killed} of ${mutants} killed.`,
      '',
      ...survivors.map((survivor) => `- ${survivorText(file, survivor)}`),
      ...(survivors.length > 0 ? [''] : []),
    ]),
  ].join('\n');
}

/** `src/planner/lock/…` → `planner/lock`, where that folder is run alone; else the folder of src. */
function folderOf(file: string): string {
  const [, top = '', next = ''] = file.split('/');
  return top === 'planner' || top === 'router' ? `${top}/${next}` : top;
}

function row(folder: string, results: readonly FileResult[]): string {
  const sum = (of: (result: FileResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const [mutants, killed, notReached] = [
    sum((one) => one.mutants),
    sum((one) => one.killed),
    sum((one) => one.notReached),
  ];
  const share = ((killed / Math.max(1, mutants)) * 100).toFixed(1);
  return `| \`${folder}\` | ${results.length} | ${mutants} | ${killed} (${share} %) | ${mutants - killed - notReached} | ${notReached} |`;
}

function survivorText(file: string, { line, original, replacement }: Survivor): string {
  const found = explained.find(
    (one) => one.file === file && one.original === original && one.replacement === replacement,
  );
  return `line ${line}: ${code(original)} → ${code(replacement)}: ${found?.why ?? '**not explained**'}`;
}

const code = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('`', '´');
  return line === '' ? 'nothing' : `\`${line.length > 90 ? `${line.slice(0, 87)}…` : line}\``;
};
