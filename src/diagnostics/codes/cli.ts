import type { CodeText } from '../code-text.ts';

/** Problems of a command line, or of lakegate itself. */
export const cliCodes = {
  LG_USAGE: {
    title: 'the command line is not understood',
    explain: 'An option or argument is unknown, missing or has a value that the command does not take.',
    fix: 'Run the command with --help: it lists the arguments and shows an example.',
  },
  LG_FILE_UNREADABLE: {
    title: 'a file cannot be read',
    explain: 'The file does not exist, is a folder, or this user may not read it.',
    fix: 'Check the path after -f; without -f lakegate reads lakegate.yaml in the working directory.',
  },
  LG_FILE_EXISTS: {
    title: 'a file is in the way',
    explain: 'lakegate does not overwrite a file that a person may have written.',
    fix: 'Move the file away, or name another one.',
  },
  LG_FILE_UNWRITABLE: {
    title: 'a file cannot be written',
    explain: 'The folder does not exist, this user may not write to it, or the disk is full.',
    fix: 'Check the folder and its permissions.',
  },
  LG_WRITE_HELD: {
    title: 'another run is writing here',
    explain:
      'Two runs that write the same files at the same time would mix them. The one that came second has written nothing.',
    fix: 'Wait until the other run has ended and run it again. The remains of a run that was stopped go away by themselves on the same machine; on another one, remove the folder that the hint names.',
  },
  LG_PLAN_FILE: {
    title: 'the file is no plan',
    explain:
      'The file is not what `lakegate plan --json` prints: no JSON, or a field is missing, unknown or of another form.',
    fix: 'Make it again with `lakegate plan --json`. schema/plan.schema.json describes every field.',
  },
  LG_LAB_NOT_STARTED: {
    title: 'the lab cannot be started on this machine',
    explain: 'A server, a router or a simulated load balancer of the lab could not be started; the message says which.',
    fix: 'Look at the message: usually a limit of open files, a program that --with needs, or memory. The lab needs loopback ports only.',
  },
  LG_AWS_CALL: {
    title: 'AWS refused a call, or did not answer',
    explain: 'The message has the call, the code that AWS gave and its own words.',
    fix: 'Look up the code: a missing permission, credentials of another account or region, or an object that does not exist are the usual causes.',
  },
  LG_INTERNAL: {
    title: 'lakegate itself is at fault',
    explain:
      'An assumption inside lakegate did not hold. Your input is not the cause, even if another input avoids it.',
    fix: 'Report it with the spec (names replaced if need be) and the output of the same command with --json.',
  },
} as const satisfies Record<`LG_${string}`, CodeText>;
