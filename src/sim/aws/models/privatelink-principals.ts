import { AwsError } from '../errors.ts';
import { type AwsWorld, type Thing, text, texts } from '../world.ts';

/** Throws AwsError for what cannot be let in: ARNs with a path are refused. */
export function checkPrincipal(arn: string): void {
  if (arn === '*') return;
  if (!/^arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)\/[\w+=,.@-]+)$/.test(arn))
    throw new AwsError('InvalidPrincipal', `Invalid Principal: '${arn}'`);
}

/** Principals that may attach, from the service's own list and from permissions of their own. */
export function principalsOf(world: AwsWorld, of: Thing): readonly string[] {
  const separate = world
    .all('aws_vpc_endpoint_service_allowed_principal', ({ attributes }) => attributes.vpc_endpoint_service_id === of.id)
    .map((each) => text(each.attributes, 'principal_arn'));
  return [...new Set([...texts(of.attributes, 'allowed_principals'), ...separate])].sort();
}
