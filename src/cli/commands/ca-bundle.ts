import { resolve } from 'node:path';
import { bundleCa } from '../../app/ca/index.ts';
import { planFileName } from '../../app/synth/index.ts';
import { deliveredFileOf } from '../../ir/index.ts';
import { plannedCa, withCa } from '../ca-of.ts';
import { command, fileArg, jsonArg } from '../command.ts';
import type { Context } from '../context.ts';
import { refuse } from '../refuse.ts';

export const caBundle = command({
  name: 'ca bundle',
  about:
    'Writes two files of certificates into the folder of the Terraform configuration, which delivers them to the volume: the CA alone, for clients that add it to the public roots, and the CA with the public roots, for clients that replace theirs (REQUESTS_CA_BUNDLE, SSL_CERT_FILE, a JVM truststore). While the key is rotated both hold the old and the new root. The files have no secret.',
  examples: [
    { line: 'lakegate ca bundle -o terraform', does: 'takes the public roots of Mozilla that come with Node' },
    {
      line: 'lakegate ca bundle --public-roots /etc/ssl/certs/ca-certificates.crt',
      does: 'takes the public roots of this machine',
    },
  ],
  touches: 'files',
  args: {
    file: fileArg,
    out: {
      kind: 'text',
      short: 'o',
      value: 'DIR',
      help: 'the folder of the Terraform configuration',
      default: 'terraform',
    },
    'public-roots': {
      kind: 'text',
      value: 'FILE',
      help: 'the public roots in PEM; default: those that come with Node',
    },
    json: jsonArg,
  },
  async run({ file: spec, out, json, ...values }, context) {
    const planned = await plannedCa(spec, json, context);
    if (!planned) return 1;
    return withCa(context, undefined, async (machine) => {
      const options = { out, file: deliveredFileOf(planned.inspection.deliver), publicRoots: values['public-roots'] };
      const made = await bundleCa(spec, options, machine);
      if ('code' in made) return refuse(made, json, context);
      const { ours, oursCount, bundle, publicCount } = made;
      if (json)
        context.print(JSON.stringify({ ok: true, ours, bundle, roots: oursCount, publicRoots: publicCount }, null, 2));
      else {
        context.print(`${ours}: ${oursCount === 1 ? 'the root' : `${oursCount} roots`} of the CA`);
        context.print(`${bundle}: the same, and ${publicCount} public roots`);
        await noteNext({ out, volume: planned.inspection.deliver?.volume }, context);
      }
      return 0;
    });
  },
});

/** What makes the files reach the clients. */
async function noteNext(
  { out, volume }: { readonly out: string; readonly volume: string | undefined },
  context: Context,
): Promise<void> {
  if (volume === undefined) {
    context.note('Next: put both where clients can read them; with inspection.deliver in the spec, Terraform does it');
    return;
  }
  if ((await context.files.kindOf(resolve(context.cwd, out, planFileName))) === undefined)
    context.note(`${out} is no folder that lakegate synth wrote: if that is another one, name it with -o`);
  context.note(`Next: commit both, and run terraform apply in ${out}: it delivers them to the volume ${volume}`);
}
