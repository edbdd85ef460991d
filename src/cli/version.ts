import manifest from '../../package.json' with { type: 'json' };

/** Of the package that this program belongs to. */
export const version: string = manifest.version;

/** Whether a command line asks for the version and nothing else can be meant. */
export const asksForVersion = ([first]: readonly string[]): boolean => first === '--version' || first === '-V';

export const versionText = (json: boolean): string => (json ? JSON.stringify({ version }) : version);
