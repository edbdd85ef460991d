import { X509Certificate } from 'node:crypto';
import { type Diagnostic, error } from '../../diagnostics/index.ts';
import { type Ca, readCaFile, writeCaFile } from './ca-file.ts';
import { absent, isoOf, type MadeCa, newRoot, writtenTo } from './init-ca.ts';
import type { IssuerStore } from './issuer-store.ts';
import type { PlannedCa } from './planned.ts';
import type { CaContext, KeyWish } from './root-keys.ts';
import { issuerDays } from './sign-issuer.ts';

/** The phases of a rotation, in their order. */
export const rotationPhases = ['publish', 'switch', 'retire'] as const;
export type RotationPhase = (typeof rotationPhases)[number];

/** Days that clients have to read the delivered file again, such as the longest job: between publishing and switching. */
export const overlapDays = 7;
const dayMs = 86_400_000;

export interface RotateOptions {
  readonly planned: PlannedCa;
  /** The phase that is asked for. Absent: whichever is next. */
  readonly phase: RotationPhase | undefined;
  /** Where the new key is. Absent: where the current one is, if that is a file. */
  readonly wish: KeyWish | undefined;
  readonly store: IssuerStore;
  /** At least so many days since the phase before. Default: {@link overlapDays}, and for `retire` the days of an intermediate. */
  readonly days: number | undefined;
}

export type Rotated =
  | ({ readonly is: 'done'; readonly phase: RotationPhase } & MadeCa)
  /** What was asked for is so already. */
  | { readonly is: 'kept'; readonly phase: RotationPhase; readonly ca: Ca };

/** What comes after each state, and how many days later at the earliest. */
const following = {
  steady: { phase: 'publish', days: 0 },
  published: { phase: 'switch', days: overlapDays },
  switched: { phase: 'retire', days: issuerDays },
} as const satisfies Record<Ca['phase'], { readonly phase: RotationPhase; readonly days: number }>;

/** The phase that is next, and from when. Pure. */
export function nextPhase(
  { phase, since }: Ca,
  days?: number,
): { readonly phase: RotationPhase; readonly fromMs: number } {
  const next = following[phase];
  const wait = phase === 'steady' ? 0 : (days ?? next.days);
  return { phase: next.phase, fromMs: Date.parse(since) + wait * dayMs };
}

/** What a state is the result of. */
const doneBy: Partial<Record<Ca['phase'], RotationPhase>> = { published: 'publish', switched: 'switch' };

/** Makes one step of a rotation, or says why it is not due. */
export async function rotateCa(
  spec: string,
  options: RotateOptions,
  context: CaContext,
): Promise<Rotated | readonly Diagnostic[]> {
  const { phase, days, store } = options;
  const read = await readCaFile(spec, context);
  if ('code' in read) return [read];
  const { ca } = read;
  if (!ca) return [absent(read)];
  if (phase !== undefined && doneBy[ca.phase] === phase) return { is: 'kept', phase, ca };
  const next = nextPhase(ca, days);
  if (phase !== undefined && phase !== next.phase)
    return [
      refused(
        `the phase ${phase} does not follow: the CA is ${ca.phase}, and ${next.phase} comes next`,
        `run lakegate ca rotate --phase ${next.phase}`,
      ),
    ];
  if (context.nowMs < next.fromMs)
    return [refused(`the phase ${next.phase} is due from ${isoOf(next.fromMs)}`, waitingFor[next.phase])];
  const since = isoOf(context.nowMs);
  switch (next.phase) {
    case 'publish': {
      const wish = options.wish ?? (ca.current.key.by === 'file' ? ({ by: 'file' } as const) : undefined);
      if (!wish)
        return [refused('the current key is in KMS, and no other one is named', 'name the next key with --kms')];
      const made = await newRoot(options.planned, { wish, caFile: read.file }, context);
      if ('code' in made) return [made];
      if (made.root.id === ca.current.id)
        return [error('LG_CA_KEY', [], `the key is the one of the current root ${ca.current.id}`, 'name another one')];
      const { beside } = made.key;
      const changed: Ca = { ...ca, phase: 'published', since, next: made.root };
      const problem = await writeCaFile(read, changed, { ...context, ...(beside && { beside }) });
      if (problem) return [problem];
      return { is: 'done', phase: 'publish', ca: changed, ...writtenTo(read, beside) };
    }
    case 'switch': {
      const { next: root, ...rest } = ca;
      if (!root) throw new Error('a published CA has a next root');
      const changed: Ca = { ...rest, phase: 'switched', since, current: root, previous: ca.current };
      const problem = await writeCaFile(read, changed, context);
      return problem ? [problem] : { is: 'done', phase: 'switch', ca: changed, file: read.file };
    }
    case 'retire': {
      const problem = await stillOld(ca, store);
      if (problem) return problem;
      const { previous: _, ...rest } = ca;
      const changed: Ca = { ...rest, phase: 'steady', since };
      const unwritten = await writeCaFile(read, changed, context);
      return unwritten ? [unwritten] : { is: 'done', phase: 'retire', ca: changed, file: read.file };
    }
    default:
      return next.phase satisfies never;
  }
}

/** Routers that sign with an intermediate of the old root would break once clients no longer trust that root. */
async function stillOld(ca: Ca, store: IssuerStore): Promise<readonly Diagnostic[] | undefined> {
  const there = await store.read();
  if (there?.is === 'bad') return there.diagnostics;
  const [first] = there?.value.chain ?? [];
  const isNew =
    first !== undefined && new X509Certificate(first).verify(new X509Certificate(ca.current.certificate).publicKey);
  return isNew
    ? undefined
    : [
        refused(
          `the intermediate in ${store.place} is not of the root ${ca.current.id}`,
          'run lakegate ca sign, and wait until the routers have it',
        ),
      ];
}

const waitingFor: Readonly<Record<RotationPhase, string>> = {
  publish: 'wait until then',
  switch:
    'clients need the time to read the delivered file with both roots: deliver it with lakegate ca bundle and terraform apply',
  retire: 'intermediates of the old root are good until then',
};

const refused = (message: string, hint: string): Diagnostic => error('LG_CA_PHASE', [], message, hint);
