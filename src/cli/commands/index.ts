import type { Commands } from '../command.ts';

/** Every command, in the order of `lakegate --help`. Loaded on use, so that the list loads none and `check` no router. */
export const commands: Commands = {
  init: {
    summary: 'Write a commented spec to start from',
    load: async () => (await import('./init.ts')).init,
  },
  check: {
    summary: 'Show every problem that plan and synth would find, and write nothing',
    load: async () => (await import('./check.ts')).check,
  },
  plan: {
    summary: 'Show what would be built, why, and what it costs per month',
    load: async () => (await import('./plan.ts')).plan,
  },
  diff: {
    summary: 'Show what has changed since an earlier plan: access first',
    load: async () => (await import('./diff.ts')).diff,
  },
  compare: {
    summary: 'Compare the plan with one endpoint per target and with one per network',
    load: async () => (await import('./compare.ts')).compare,
  },
  trace: {
    summary: 'Follow one connection hop by hop, and say why it passes or where it stops',
    load: async () => (await import('./trace.ts')).trace,
  },
  prove: {
    summary: 'Prove that every workspace reaches exactly what it was granted',
    load: async () => (await import('./prove.ts')).prove,
  },
  cost: {
    summary: 'Show what the plan costs per month, line by line',
    load: async () => (await import('./cost.ts')).cost,
  },
  synth: {
    summary: 'Write the Terraform of a proven plan',
    load: async () => (await import('./synth.ts')).synth,
  },
  artifact: {
    summary: 'Pack the router with its Node runtime, and print the digest',
    load: async () => (await import('./artifact.ts')).artifact,
  },
  snippets: {
    summary: 'Print what to paste into a Databricks notebook to use a target',
    load: async () => (await import('./snippets.ts')).snippets,
  },
  msk: {
    summary: 'List the brokers of an MSK cluster, to paste into the spec',
    load: async () => (await import('./msk.ts')).msk,
  },
  schema: {
    summary: 'Print the JSON Schema of the spec, for editors',
    load: async () => (await import('./schema.ts')).schema,
  },
  explain: {
    summary: 'Explain what a code means and what to do about it',
    load: async () => (await import('./explain.ts')).explain,
  },
  'ca init': {
    summary: 'Make the CA of TLS inspection',
    load: async () => (await import('./ca-init.ts')).caInit,
  },
  'ca sign': {
    summary: 'Sign the intermediate CA with which routers make certificates',
    load: async () => (await import('./ca-sign.ts')).caSign,
  },
  'ca show': {
    summary: 'Show the certificates of the CA of TLS inspection, and how long they are good',
    load: async () => (await import('./ca-show.ts')).caShow,
  },
  'ca bundle': {
    summary: 'Write the files that clients of inspected targets trust',
    load: async () => (await import('./ca-bundle.ts')).caBundle,
  },
  'ca rotate': {
    summary: 'Change the key of the CA of TLS inspection in three phases',
    load: async () => (await import('./ca-rotate.ts')).caRotate,
  },
  router: {
    summary: 'Run the router (node engine) with a route plan',
    load: async () =>
      (await import('./router.ts')).routerWith(async (name, env) =>
        (await import('../../app/ca/index.ts')).issuerSecret(name, env),
      ),
  },
  flows: {
    summary: 'Show inspected requests of a running router or a log, or write them as HAR',
    load: async () => (await import('./flows.ts')).flows,
  },
  lab: {
    summary: 'Run the plan on this machine and check every connection, without a cloud',
    load: async () => (await import('./lab.ts')).lab,
  },
};
