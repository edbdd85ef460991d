import type { CodeText } from '../code-text.ts';

/** Problems of a command line, or of lakegate itself. */
export const cliCodes = {
  LG_USAGE: {
    title: 'the command line is invalid',
    explain: 'An option or argument is unknown or missing, or has a value that the command does not accept.',
    fix: 'Run the command with --help to see its arguments and an example.',
  },
  LG_FILE_UNREADABLE: {
    title: 'a file cannot be read',
    explain: 'The file does not exist, is a folder, or is not readable by this user.',
    fix: 'Check the path after -f. Without -f, lakegate reads lakegate.yaml in the working directory.',
  },
  LG_FILE_EXISTS: {
    title: 'a file already exists',
    explain: 'lakegate does not overwrite a file that a user may have written.',
    fix: 'Move the file, or choose another name.',
  },
  LG_FILE_UNWRITABLE: {
    title: 'a file cannot be written',
    explain: 'The folder does not exist or is not writable by this user, or the disk is full.',
    fix: 'Check the folder and its permissions.',
  },
  LG_WRITE_HELD: {
    title: 'another run is writing the same files',
    explain:
      'Two runs that write the same files at the same time would mix their output. The second run has written nothing.',
    fix: 'Wait until the other run has ended, then run the command again. The lock folder of a run that was killed is removed automatically on the same machine. On another machine, remove the folder that the hint names.',
  },
  LG_PLAN_FILE: {
    title: 'the file is not a plan',
    explain:
      'The file is not the output of `lakegate plan --json`: it is not JSON, or a field is missing, unknown or invalid.',
    fix: 'Create it again with `lakegate plan --json`. schema/plan.schema.json describes every field.',
  },
  LG_DIFF_BASE: {
    title: 'there is no earlier plan to compare with',
    explain:
      'lakegate diff compares the plan with a file, a lock or a revision of git. None of them is there, or the spec of that revision gives no plan with this version of lakegate.',
    fix: 'Run lakegate synth once, which writes lakegate.plan.json and the lock, or name a file or a revision. Where the spec of a revision is no longer valid, compare with a plan that was kept.',
  },
  LG_DIFF_FORMAT: {
    title: 'the format of the comparison is unknown',
    explain: 'lakegate diff prints text or markdown, or JSON with --json.',
    fix: 'Give --format text or --format markdown.',
  },
  LG_LAB_NOT_STARTED: {
    title: 'the lab cannot be started on this machine',
    explain: 'A server, a router or a simulated load balancer of the lab could not be started. The message says which.',
    fix: 'Read the message. Usual causes are the limit of open files, a missing program that --with needs, or too little memory. The lab needs only loopback ports.',
  },
  LG_CONSOLE: {
    title: 'the page cannot be served on this machine',
    explain:
      'lakegate flows --web could not listen on its port of 127.0.0.1, or the built page is missing from the package.',
    fix: 'Leave --port out to get a free port. In a clone, run `npm ci` (or `npm run build`) in the repository root.',
  },
  LG_AWS_CALL: {
    title: 'AWS refused a call, or did not answer',
    explain: 'The message has the call, the error code and the message of AWS.',
    fix: 'Look up the code. Usual causes are a missing permission, credentials of another account or region, or an object that does not exist.',
  },
  LG_INTERNAL: {
    title: 'an internal error of lakegate',
    explain: 'An assumption in the code of lakegate was wrong. This is a bug, even if another input avoids it.',
    fix: 'Report it with the spec (with names replaced if necessary) and the output of the same command with --json.',
  },
} as const satisfies Record<`LG_${string}`, CodeText>;
