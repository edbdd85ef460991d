import { basename, dirname, join } from 'node:path';
import { errorCode, type FileSystem } from './file-system.ts';
import { randomName } from './random-name.ts';

/** This process, as others see it. */
export interface ThisProcess {
  readonly id: number;
  /** Name of the machine, without `/`. Processes of another one cannot be asked whether they run. */
  readonly host: string;
  /** Differs between two processes that had the same id, in letters and digits. */
  readonly run: string;
  isRunning(id: number): boolean;
}

/** Who writes somewhere. */
export type Owner = Pick<ThisProcess, 'id' | 'host' | 'run'>;

/** The right to write somewhere. While it lasts, no other run gets it. */
export interface Hold {
  /** A folder for files that are to be renamed to their place. It goes with the hold. */
  readonly staging: string;
  release(): Promise<void>;
}

/** Another run has the hold. The owner is unknown when something else is in its place. */
export interface Held {
  readonly heldBy: Owner | 'unknown';
  /** The folder that is the hold. */
  readonly place: string;
}

/** What taking a hold needs of the machine. */
export interface HoldContext {
  readonly files: FileSystem;
  readonly process: ThisProcess;
}

/** Other runs may take or leave the hold between two steps of taking it. After so many times it counts as held. */
const attemptsAtMost = 4;
/** Letters that keep two folders of one process apart before they are renamed to their place. */
const tokenLetters = 8;

/**
 * Takes the hold at a path: a folder of that name, which is there as long as the hold lasts. The name of a file in it says whose
 * it is. The folder appears together with that file, because no folder is renamed over one that is not empty. The hold of a
 * process that has died is taken over by renaming that file: of several runs that try, one succeeds.
 *
 * @param place The path of the folder. Its parent is there.
 */
export async function takeHold(place: string, context: HoldContext): Promise<Hold | Held> {
  const own = `${place}.${randomName(tokenLetters)}.${signOf(context.process)}`;
  const hold: Hold = { staging: place, release: () => release(place, own, context) };
  for (let attempt = 1; attempt <= attemptsAtMost; attempt++) {
    const owner = await placed(own, place, context);
    if (owner === 'gone') continue;
    if (owner === 'unknown' || (owner !== 'this' && isAlive(owner, context.process))) return { heldBy: owner, place };
    if (owner === 'this' || (await takenOver(place, owner, context))) {
      await removeLeftovers(place, context);
      return hold;
    }
  }
  return { heldBy: 'unknown', place };
}

/** Who has the hold at a path at this moment; undefined where it could be taken. Takes nothing. */
export async function heldNow(place: string, { files, process }: HoldContext): Promise<Held | undefined> {
  const owner = await ownerOf(place, files);
  if (owner === 'gone' || (owner !== 'unknown' && !isAlive(owner, process))) return undefined;
  return { heldBy: owner, place };
}

/** Puts a new hold in its place, unless one is there: then its owner, or `gone` when it has just been left. */
async function placed(own: string, place: string, { files, process }: HoldContext): Promise<Place> {
  await files.makeFolder(own);
  try {
    await files.createFile(join(own, ownerFileOf(process)), '');
    await files.rename(own, place);
    return 'this';
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    await files.removeTree(own);
    // Windows says EPERM.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM'].includes(errorCode(error) ?? '')) throw error;
  }
  return ownerOf(place, files);
}

/** Whose hold is in a place: this run's, another's, one that cannot be read, none. */
type Place = 'this' | Owner | 'unknown' | 'gone';

async function ownerOf(place: string, files: FileSystem): Promise<Owner | 'unknown' | 'gone'> {
  try {
    const names = await files.names(place);
    return names.map((name) => ownerIn(name, 'owner.')).find((owner) => owner !== undefined) ?? 'unknown';
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'gone';
    if (errorCode(error) === 'ENOTDIR') return 'unknown';
    throw error;
  }
}

/** A process of another machine counts as alive. */
function isAlive(owner: Owner, { id, host, run, isRunning }: ThisProcess): boolean {
  if (owner.host !== host) return true;
  return owner.id === id ? owner.run === run : isRunning(owner.id);
}

/** Makes the hold of a dead owner this run's, and empties it. False when another run was faster. */
async function takenOver(place: string, dead: Owner, { files, process }: HoldContext): Promise<boolean> {
  const ownerFile = ownerFileOf(process);
  try {
    await files.rename(join(place, ownerFileOf(dead)), join(place, ownerFile));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
  for (const name of await files.names(place)) if (name !== ownerFile) await files.removeTree(join(place, name));
  return true;
}

/** Renamed first: a folder that is half removed would have no owner. A hold that a person removed, and another run has, stays. */
async function release(place: string, own: string, { files, process }: HoldContext): Promise<void> {
  const owner = await ownerOf(place, files);
  if (typeof owner === 'string' || owner.run !== process.run) return;
  await files.rename(place, own);
  await files.removeTree(own);
}

/** Removes what dead processes of this machine left next to the place. What cannot be removed stays. */
async function removeLeftovers(place: string, { files, process }: HoldContext): Promise<void> {
  const folder = dirname(place);
  const start = `${basename(place)}.`;
  for (const name of await files.names(folder)) {
    const owner = name.startsWith(start) ? ownerIn(name, name.slice(0, start.length + tokenLetters + 1)) : undefined;
    if (!owner || isAlive(owner, process)) continue;
    try {
      await files.removeTree(join(folder, name));
    } catch (error) {
      if (errorCode(error) === undefined) throw error;
    }
  }
}

/** The owner in a name: `17.a1b2c3.host`. */
const signOf = ({ id, run, host }: Owner): string => `${id}.${run}.${host}`;

const ownerFileOf = (owner: Owner): string => `owner.${signOf(owner)}`;

/** The owner in the rest of a name that begins so. */
function ownerIn(name: string, start: string): Owner | undefined {
  const found = name.startsWith(start) ? /^([0-9]+)\.([A-Za-z0-9]+)\.(.+)$/.exec(name.slice(start.length)) : null;
  const [, id, run, host] = found ?? [];
  return id !== undefined && run !== undefined && host !== undefined ? { id: Number(id), run, host } : undefined;
}
