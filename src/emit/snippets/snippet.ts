import { bundleFileOf, deliveredFileOf, type InfraPlan, type PlannedTarget } from '../../ir/index.ts';

/** Something to paste into a Databricks notebook, job or SQL editor. Angle brackets mark what only the reader knows. */
export interface Snippet {
  /** Unique within a target: `structured-streaming`. */
  readonly id: string;
  /** What it does, as a heading. */
  readonly title: string;
  readonly language: 'python' | 'sql' | 'shell';
  readonly text: string;
  /** Python packages it needs beyond what serverless compute has. */
  readonly pip: readonly string[];
}

/** What a snippet is made from. */
export interface SnippetSource {
  readonly plan: InfraPlan;
  readonly target: PlannedTarget;
  /** Patterns of the request paths that the router lets pass. Absent: all paths. */
  readonly allow?: readonly string[];
}

/**
 * Keepalive that holds a quiet session over PrivateLink, in seconds: an interface endpoint drops idle connections after 350 s, and
 * that cannot be changed, so clients must send something well before.
 */
export const keepaliveSeconds = 60;

/** Kafka clients close a quiet connection themselves before the endpoint forgets it, and open a new one when needed. */
export const kafkaIdleMs = 240_000;

/** The two files with the CA of inspected names. */
export interface CaFiles {
  /** The CA alone: for a setting that adds to the public CAs, or is for one call. */
  readonly ca: string;
  /** The CA and the public ones: for a setting that replaces them. */
  readonly bundle: string;
}

/** Where the CA of inspected names is, or undefined when this target keeps its own certificate. What nobody delivers, the reader has put somewhere. */
export function caFiles({ plan, target }: SnippetSource): CaFiles | undefined {
  if (target.tls !== 'inspect') return undefined;
  const deliver = plan.inspection?.deliver;
  const folder = `/Volumes/${deliver ? deliver.volume.split('.').join('/') : '<catalog>/<schema>/<volume>'}`;
  const file = deliveredFileOf(deliver);
  return { ca: `${folder}/${file}`, bundle: `${folder}/${bundleFileOf(file)}` };
}

/** Where the reader keeps the CA of a target, when it is not a public one. */
export const caPlaceholder = '/Volumes/<catalog>/<schema>/<volume>/<CA of the target>.pem';

/** `pip` as the first cell of a notebook; nothing to print where nothing is needed. */
export const pipLine = (snippet: Snippet): string =>
  snippet.pip.length === 0 ? '' : `%pip install ${snippet.pip.join(' ')}`;

/** A name for SQL objects made from a target's name: letters, digits and underscores. */
export const sqlName = (target: PlannedTarget): string => target.name.replace(/[^A-Za-z0-9]/g, '_');

/** The first name and client port: what a client with one server uses. */
export function firstEndpoint(target: PlannedTarget): { readonly host: string; readonly port: number } {
  return { host: target.hosts[0] ?? '', port: target.ports[0]?.clientPort ?? 0 };
}
