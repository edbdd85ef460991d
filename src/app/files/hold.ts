import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { errorCode, type FileSystem } from './file-system.ts';

/** This process, as others on the machine see it. */
export interface ThisProcess {
  readonly id: number;
  /** Name of the machine. Processes of another one cannot be asked whether they run. */
  readonly host: string;
  /** Differs between two processes that had the same id, in letters and digits. */
  readonly run: string;
  isRunning(id: number): boolean;
}

/** Who writes somewhere. */
export interface Owner {
  readonly process: number;
  readonly host: string;
  readonly run: string;
}

/** The right to write somewhere. While it lasts, nobody else that asks gets it. */
export interface Hold {
  /** A folder for files that are to be renamed to their place. It goes with the hold. */
  readonly staging: string;
  release(): Promise<void>;
}

/** Somebody else has the hold. The owner is unknown when something else is in its place. */
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

/** Others may take or leave the hold between two steps of taking it. More often than this it counts as held. */
const attemptsAtMost = 4;

/** The file in a hold that says whose it is. */
const ownerFile = 'owner';

/**
 * Takes the hold at a path: a folder of that name, which is there as long as the hold lasts. It appears with its owner in it in
 * one step, because a folder that is not empty cannot be renamed over. The hold of a process that has died is taken over.
 *
 * @param place The path of the folder. Its parent is there.
 */
export async function takeHold(place: string, context: HoldContext): Promise<Hold | Held> {
  const { files, process } = context;
  const own = `${place}.${hostPart(process.host)}.${process.id}.${process.run}.${randomBytes(4).toString('hex')}`;
  for (let attempt = 1; attempt <= attemptsAtMost; attempt++) {
    await makeOwn(own, context);
    if (await renamed(own, place, files)) {
      await removeLeftovers(place, context);
      return { staging: place, release: () => release(place, own, context) };
    }
    await files.removeTree(own);
    const owner = await ownerOf(place, files);
    if (owner === 'gone') continue;
    if (owner === 'unknown' || isAlive(owner, process)) return { heldBy: owner, place };
    await removeDead(place, owner, { aside: own, files });
  }
  return { heldBy: 'unknown', place };
}

const hostPart = (host: string): string => host.replace(/[^A-Za-z0-9-]/g, '-');

/** A folder that is ready to be renamed to the place. */
async function makeOwn(own: string, { files, process }: HoldContext): Promise<void> {
  const owner: Owner = { process: process.id, host: process.host, run: process.run };
  await files.makeFolder(own);
  try {
    await files.createFile(join(own, ownerFile), `${JSON.stringify(owner)}\n`);
  } catch (error) {
    if (errorCode(error) !== undefined) await files.removeTree(own);
    throw error;
  }
}

/** False when something is there already. */
async function renamed(from: string, to: string, files: FileSystem): Promise<boolean> {
  try {
    await files.rename(from, to);
    return true;
  } catch (error) {
    // Windows says EPERM.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM'].includes(errorCode(error) ?? '')) throw error;
    return false;
  }
}

/** Renamed first: a folder that is half removed would have no owner. One that a person removed, and another run took, stays. */
async function release(place: string, own: string, { files, process }: HoldContext): Promise<void> {
  const owner = await ownerOf(place, files);
  if (typeof owner !== 'object' || owner.run !== process.run) return;
  await files.rename(place, own);
  await files.removeTree(own);
}

async function ownerOf(place: string, files: FileSystem): Promise<Owner | 'unknown' | 'gone'> {
  let text: string;
  try {
    text = Buffer.from(await files.readFile(join(place, ownerFile), 10_000)).toString('utf8');
  } catch {
    return (await files.kindOf(place)) === undefined ? 'gone' : 'unknown';
  }
  try {
    const { process, host, run } = JSON.parse(text) as Partial<Owner>;
    return typeof process === 'number' && typeof host === 'string' && typeof run === 'string'
      ? { process, host, run }
      : 'unknown';
  } catch {
    return 'unknown';
  }
}

/** A process of another machine counts as alive. */
function isAlive(owner: Owner, { id, host, run, isRunning }: ThisProcess): boolean {
  if (owner.host !== host) return true;
  return owner.process === id ? owner.run === run : isRunning(owner.process);
}

/** Takes a dead owner's hold away; if it was another's by then, puts it back. */
async function removeDead(
  place: string,
  owner: Owner,
  { aside, files }: { readonly aside: string; readonly files: FileSystem },
): Promise<void> {
  try {
    await files.rename(place, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  const found = await ownerOf(aside, files);
  if (typeof found === 'object' && found.run === owner.run) await files.removeTree(aside);
  else await files.rename(aside, place);
}

/** Removes folders that dead processes of this machine left next to the place. What cannot be removed stays. */
async function removeLeftovers(place: string, { files, process }: HoldContext): Promise<void> {
  const folder = dirname(place);
  const start = `${basename(place)}.${hostPart(process.host)}.`;
  for (const name of await files.names(folder)) {
    const [, id, run] = name.startsWith(start) ? (/^(\d+)\.(\w+)\.\w+$/.exec(name.slice(start.length)) ?? []) : [];
    if (id === undefined || run === undefined) continue;
    if (isAlive({ process: Number(id), host: process.host, run }, process)) continue;
    try {
      await files.removeTree(join(folder, name));
    } catch (error) {
      if (errorCode(error) === undefined) throw error;
    }
  }
}
