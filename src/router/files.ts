import { createHash } from 'node:crypto';
import { constants, type FSWatcher, statSync, watch } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Diagnostic, error, unreadable } from '../diagnostics/index.ts';
import { type Checked, checkPolicy, checkRoutePlanInSteps, type Policy, type RoutePlan } from '../ir/index.ts';
import { engineProblem, notBuiltInSteps } from './not-built.ts';
import { inTurns, nextTurn } from './turns.ts';

/** Most bytes of a file that are read. Ten thousand routes need about 6 MB. */
const fileBytesMax = 64 * 1024 * 1024;

/**
 * Text of a regular file, or a diagnostic that names it. A pipe is refused: it would be waited for without end, and it
 * cannot be read again at a reload.
 */
async function readText(path: string): Promise<Checked<string>> {
  try {
    await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const file = await handle.stat();
    if (!file.isFile()) return unread(path, 'EINVAL');
    const { size } = file;
    if (size > fileBytesMax) return bad(path, 'LG_FILE_UNREADABLE', `has ${size} bytes; ${fileBytesMax} are read`);
    return { is: 'good', value: await handle.readFile('utf8') };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    return unread(path, code);
  }
}

/**
 * Reads and checks a route plan, also for what the engine does not do. A file as `lakegate plan --json` prints it is taken
 * for the plan in its `routes`.
 */
export async function readRoutePlan(path: string): Promise<Checked<RoutePlan>> {
  const json = await readJson(path, 'LG_ROUTES_FILE');
  if (json.is === 'bad') return json;
  const { value } = json;
  const isWholePlan = typeof value === 'object' && value !== null && 'routes' in value && 'infra' in value;
  if (!isWholePlan) return inTurns(checkInSteps(value));
  const problem = engineProblem(value.infra);
  return problem ? { is: 'bad', diagnostics: [problem] } : inTurns(checkInSteps(value.routes));
}

/** Checks the shape of a plan, and that the engine does all it asks for. */
export function* checkInSteps(value: unknown): Generator<void, Checked<RoutePlan>> {
  const checked = yield* checkRoutePlanInSteps(value);
  if (checked.is === 'bad') return checked;
  const diagnostics = yield* notBuiltInSteps(checked.value);
  return diagnostics.length > 0 ? { is: 'bad', diagnostics } : checked;
}

export async function readPolicy(path: string): Promise<Checked<Policy>> {
  const json = await readJson(path, 'LG_POLICY_FILE');
  return json.is === 'bad' ? json : checkPolicy(json.value);
}

async function readJson(path: string, code: 'LG_ROUTES_FILE' | 'LG_POLICY_FILE'): Promise<Checked<unknown>> {
  const text = await readText(path);
  if (text.is === 'bad') return text;
  await nextTurn(); // decoding the text and parsing it are two pieces of work
  try {
    return { is: 'good', value: JSON.parse(text.value) };
  } catch {
    const hint =
      code === 'LG_ROUTES_FILE'
        ? 'a route plan is the file routes.json that lakegate synth writes, or what lakegate plan --json prints'
        : 'a policy is { "version": 1, "endpoints": { "vpce-…": "n-1" } }';
    return bad(path, code, 'is not JSON', hint);
  }
}

const bad = (path: string, code: Diagnostic['code'], what: string, hint?: string): Checked<never> => ({
  is: 'bad',
  diagnostics: [error(code, [], `${path} ${what}`, hint)],
});

const unread = (path: string, code: string): Checked<never> => ({ is: 'bad', diagnostics: [unreadable(path, code)] });

/** After the first sign of a change, more are waited for, in milliseconds: a writer may take several steps. */
const settleMs = 50;

/**
 * Calls back when the content of a file has changed, also when it was replaced by a rename or by another link in its
 * folder, and once for a change that happens while the callback runs. Its folder may come and go.
 */
export class FileWatch {
  readonly #path: string;
  readonly #onChange: () => void | Promise<void>;
  readonly #onError: (error: Error) => void;
  readonly #absenceCounts: boolean;
  #watcher: FSWatcher | undefined;
  #watched = '';
  #timer: NodeJS.Timeout | undefined;
  #seen = '';
  #wasAbsent = false;
  #looking: Promise<void> = Promise.resolve();
  #closed = false;

  /** @param absenceCounts Whether that the file is gone is a change, once it stays away. Default: it is waited for. */
  constructor(
    path: string,
    onChange: () => void | Promise<void>,
    onError: (error: Error) => void,
    { absenceCounts = false }: { readonly absenceCounts?: boolean } = {},
  ) {
    this.#path = path;
    this.#onChange = onChange;
    this.#onError = onError;
    this.#absenceCounts = absenceCounts;
    this.#watchFolder();
  }

  /**
   * Remembers the content as known, so that only later changes count.
   *
   * @param known What somebody has read already, by {@link contentMark}. Default: what is there now.
   */
  async start(known?: string): Promise<void> {
    this.#seen = known ?? (await fingerprint(this.#path));
  }

  /** Looks now, whatever the file system said. */
  look(force = false): Promise<void> {
    this.#looking = this.#looking.then(async () => {
      if (this.#closed) return;
      try {
        this.#watchFolder();
      } catch (cause) {
        this.#onError(cause instanceof Error ? cause : new Error(String(cause)));
      }
      const now = await fingerprint(this.#path);
      const isGone = now === '' && this.#seen !== '';
      const isFirst = isGone && !this.#wasAbsent;
      this.#wasAbsent = isGone;
      if (isGone && this.#absenceCounts && isFirst && !force) return this.#lookLater();
      if (!force && (now === this.#seen || (now === '' && !this.#absenceCounts))) return;
      this.#seen = now;
      await this.#onChange();
    });
    return this.#looking;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#watcher?.close();
  }

  #lookLater(): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.look();
    }, settleMs);
  }

  /** The folder, not the file: a watch on a file follows the old one after a rename. Without it, what is above it. */
  #watchFolder(): void {
    for (;;) {
      const { folder, id } = nearestFolder(dirname(this.#path));
      if (id === this.#watched) return;
      this.#watcher?.close();
      this.#watched = id;
      try {
        this.#watcher = watch(folder, () => this.#lookLater());
        this.#watcher.on('error', this.#onError);
      } catch (cause) {
        const isGone = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
        if (!isGone) throw cause;
        this.#watched = '';
      }
    }
  }
}

/** The folder, or the first one above it that is there, and what tells it from another one at its path. */
function nearestFolder(path: string): { readonly folder: string; readonly id: string } {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() || dirname(path) === path)
    return { folder: path, id: `${path} ${found?.dev} ${found?.ino}` };
  return nearestFolder(dirname(path));
}

/** What tells one content of a file from another. */
export const contentMark = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The mark of a file that is not there, or cannot be read. */
export const absentMark = '';

/** Empty while the file is not there: half-way through a replacement. */
async function fingerprint(path: string): Promise<string> {
  const text = await readText(path);
  return text.is === 'good' ? contentMark(text.value) : absentMark;
}
