import type { CodeText } from '../code-text.ts';

/** Problems of the router's files and of its start, as opposed to refusals of single connections. */
export const routerCodes = {
  LG_ROUTES_FILE: {
    title: 'the file is not a route plan',
    explain: 'The file given with --routes is not JSON, or does not have the structure of a RoutePlan.',
    fix: 'Write the file with `lakegate plan --json` (its `routes` part) or `lakegate synth`, with the same release as the router.',
  },
  LG_ROUTES_INCONSISTENT: {
    title: 'the route plan is inconsistent',
    explain:
      'Each part has the right structure, but the parts do not fit together: a port or name is used twice, or a route refers to an upstream that does not exist.',
    fix: 'Plan again. If the file was written by hand, correct the entry that the message names.',
  },
  LG_POLICY_FILE: {
    title: 'the file is not a policy',
    explain: 'The file given with --policy is not JSON, or does not have the structure of a Policy.',
    fix: 'Write it as {"version":1,"endpoints":{"vpce-…":"<NCC key>"}}. The README that synth writes shows how to make it from the outputs of Terraform.',
  },
  LG_FLOWS: {
    title: 'flow records cannot be read',
    explain:
      'No router serves flows at the place that was given, it refuses the token, or the log or the token file cannot be read.',
    fix: 'Start the router with --flows and --flows-token, and give lakegate flows the same place and the same file. The socket is on the machine of the router.',
  },
  LG_ROUTER_BIND: {
    title: 'a port cannot be bound',
    explain: 'The router could not listen on a port. Another program uses it, or this user may not bind it.',
    fix: 'Free the port, or plan another one. The router needs no privileges: its ports are above 1023.',
  },
  LG_ISSUER_DOCUMENT: {
    title: 'the issuer of the router cannot be used',
    explain:
      'The file or secret with the intermediate CA is not a document that `lakegate ca sign` writes, its key is not the one of its certificate, or it has expired. The router keeps the last one that it could use, until that expires; then clients of inspected names are refused with LG_NO_ISSUER.',
    fix: 'Run `lakegate ca sign`, which writes a new one in one step.',
  },
  LG_ISSUER_UNREADABLE: {
    title: 'the issuer of the router cannot be read',
    explain:
      'The file or secret with the intermediate CA is not there, is too large, or the router may not read it. The router keeps the last one that it could use, and tries again.',
    fix: 'For a file check its path and owner. For a secret check that the role of the router may call secretsmanager:GetSecretValue on it, and that the signer has written it.',
  },
  LG_ISSUER_OPEN: {
    title: 'other users may read the key of the issuer',
    explain:
      'The file holds the private key of the intermediate CA, and its permissions let its group or everybody read it. The router does not use such a file.',
    fix: 'Take the rights away with `chmod 600`, and sign a new intermediate if somebody may have read the key.',
  },
} as const satisfies Record<`LG_${string}`, CodeText>;
