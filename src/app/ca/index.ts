/**
 * app/ca: the CA of TLS inspection: makes its root, signs intermediates for routers, shows and bundles what clients trust.
 * Never: printing, a secret in a message, the clock.
 * Imports: app/files, app/planning, aws, diagnostics, ir, pki, router. Imported by: app/check, cli.
 */
export { type Bundles, bundleCa } from './bundle-ca.ts';
export { lacksCa } from './ca-file.ts';
export { cloudsOf } from './clouds.ts';
export { initCa, type MadeCa, reissueCa, type WrittenCa } from './init-ca.ts';
export { issuerSecret } from './issuer-secret.ts';
export type { IssuerStore } from './issuer-store.ts';
export { warnOfNames } from './names-outside.ts';
export { passphraseVariable } from './passphrase.ts';
export { type PlannedCa, planCa } from './planned.ts';
export type { CaContext, KeyWish } from './root-keys.ts';
export { nextPhase, overlapDays, type RotationPhase, rotateCa, rotationPhases } from './rotate-ca.ts';
export { type ShownCa, type ShownCertificate, showCa } from './show-ca.ts';
export { renewDays, type Signed, signIssuer } from './sign-issuer.ts';
export { issuerStoreOf } from './store-of.ts';
