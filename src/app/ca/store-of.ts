import { fileStore, type IssuerStore, secretStore } from './issuer-store.ts';
import type { PlannedCa } from './planned.ts';
import type { CaContext } from './root-keys.ts';

/** Where the issuer of a plan is kept. @param file A file in place of what the plan names. */
export function issuerStoreOf(
  { issuer, region }: PlannedCa,
  file: string | undefined,
  context: CaContext,
): IssuerStore {
  if (file !== undefined) return fileStore(file, context);
  return issuer.by === 'file'
    ? fileStore(issuer.path, context)
    : secretStore(issuer.name, context.clouds.at(region).secrets);
}
