import type { CodeText } from '../code-text.ts';

/** Problems of `lakegate ca`. */
export const caCodes = {
  LG_CA_EXISTS: {
    title: 'there is an inspection CA already',
    explain: 'The file with the public part of the CA is there. A second CA beside it would not be trusted by anyone.',
    fix: 'Use the CA that is there. `lakegate ca rotate` changes its key in phases, `lakegate ca init --reissue` makes a new certificate for its key.',
  },
  LG_CA_ABSENT: {
    title: 'there is no inspection CA',
    explain: 'The file with the public part of the CA, which `lakegate ca init` writes next to the spec, is not there.',
    fix: 'Run `lakegate ca init`, or run the command in the folder of the repository that holds the file.',
  },
  LG_CA_STATE: {
    title: 'a file of the inspection CA cannot be used',
    explain:
      'The file with the public part of the CA, or the file with the encrypted key of its root, does not have its form, or the two do not belong together.',
    fix: 'Restore both files from the repository or a backup. Neither is meant to be edited by hand.',
  },
  LG_CA_PASSPHRASE: {
    title: 'the passphrase of the root key is missing, too short or wrong',
    explain:
      'The key of the root is in a file that a passphrase encrypts. The passphrase comes from the variable LAKEGATE_CA_PASSPHRASE or from the file given with --passphrase-file, and has 12 characters at least.',
    fix: 'Give the passphrase that was given to `lakegate ca init`. Nobody can read the key without it: if it is lost, change to another key with `lakegate ca rotate`.',
  },
  LG_CA_KEY: {
    title: 'the key of the root cannot be used',
    explain: 'The key that was given is not a P-256 key for signing, or not the key of the certificate of the root.',
    fix: 'Give the key with which the root was made. A KMS key needs the specification ECC_NIST_P256 and the use SIGN_VERIFY.',
  },
  LG_CA_NAMES: {
    title: 'the CA may not sign for a name of the plan',
    explain:
      'The certificate of the root lists the names for which it may be used. The plan inspects a name that is not among them and not below one of them, so clients would refuse its certificates.',
    fix: 'Run `lakegate ca init --reissue` and deliver the new certificate. A domain under `inspection.ca.names` covers all names below it from then on.',
  },
  LG_CA_EXPIRED: {
    title: 'the root of the inspection CA has expired',
    explain: 'Nothing that the root signs is good any more.',
    fix: 'Run `lakegate ca init --reissue` for a new certificate of the same key, deliver it, and sign again.',
  },
  LG_CA_PHASE: {
    title: 'this phase of the rotation is not due',
    explain:
      'A rotation publishes the new root next to the old one, then switches the signer to it, then retires the old one. Each phase follows the one before, after the time that clients and routers need: whoever skips one breaks connections.',
    fix: 'Do what the message says; `lakegate ca show` says which phase is next and from when.',
  },
  LG_CA_NOTHING_INSPECTED: {
    title: 'the spec inspects nothing',
    explain:
      'No target that a workspace may reach has `tls: inspect`, so that there are no names for which a CA could sign.',
    fix: 'Set `tls: inspect` at a target, and grant it to a workspace.',
  },
  LG_CA_ISSUER: {
    title: 'the issuer could not be written or read',
    explain:
      'The intermediate CA goes into a file or into a secret of Secrets Manager. It could not be stored there, or what is there cannot be read.',
    fix: 'Check the path, or that the credentials may call secretsmanager:PutSecretValue and GetSecretValue on the secret, and that Terraform has made it.',
  },
} as const satisfies Record<`LG_${string}`, CodeText>;
