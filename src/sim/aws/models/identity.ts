import { AwsError } from '../errors.ts';
import { type Model, referred } from '../model.ts';
import { type AwsWorld, type Caller, type Thing, text } from '../world.ts';

const service = 'IAM';

/** IAM is global: names are unique in the account whatever the region. */
const inAccount = (world: AwsWorld, type: string, caller: Caller): readonly Thing[] =>
  world.all(type, (each) => each.account === caller.account);

function checkName(kind: string, name: string, longest: number): void {
  if (!/^[\w+=,.@-]+$/.test(name) || name.length > longest)
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '${name}' at '${kind}' failed to satisfy constraint: Member must have length less than or equal to ${longest} and satisfy regular expression pattern: [\\w+=,.@-]+`,
    );
}

interface Statement {
  readonly Effect?: string;
  readonly Action?: unknown;
  readonly Resource?: unknown;
  readonly Principal?: unknown;
}

/** The statements of a policy document, or IAM's refusal of one it cannot read. */
export function statementsOf(document: string): readonly Statement[] {
  const refuse = (why: string): never => {
    throw new AwsError('MalformedPolicyDocument', why);
  };
  let parsed: { Version?: string; Statement?: Statement | Statement[] };
  try {
    parsed = JSON.parse(document);
  } catch {
    return refuse('The policy is not in the valid JSON format.');
  }
  if (parsed.Version !== '2012-10-17' && parsed.Version !== '2008-10-17')
    return refuse('The policy must contain a valid version string');
  const statements = Array.isArray(parsed.Statement) ? parsed.Statement : parsed.Statement ? [parsed.Statement] : [];
  if (!statements.length) return refuse('Policy statement must contain at least one statement.');
  for (const each of statements) {
    if (each.Effect !== 'Allow' && each.Effect !== 'Deny') return refuse(`Invalid effect: ${String(each.Effect)}`);
    if (each.Action === undefined && !('NotAction' in each)) return refuse('Policy statement must contain actions.');
  }
  return statements;
}

const role: Model = {
  type: 'aws_iam_role',
  service,
  operations: { create: 'CreateRole', update: 'UpdateAssumeRolePolicy', remove: 'DeleteRole' },
  create({ world, caller, input }) {
    const name = text(input, 'name');
    checkName('roleName', name, 64);
    if (inAccount(world, 'aws_iam_role', caller).some((each) => each.id.toLowerCase() === name.toLowerCase()))
      throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
    checkTrust(world, caller, text(input, 'assume_role_policy'));
    return {
      id: name,
      computed: {
        arn: `arn:${caller.partition}:iam::${caller.account}:role${text(input, 'path') || '/'}${name}`,
        unique_id: world.ids.upper('AROA', 17),
        create_date: new Date(world.now()).toISOString(),
        name_prefix: '',
        managed_policy_arns: [],
        inline_policy: [],
      },
    };
  },
  update({ world, caller, input }) {
    checkTrust(world, caller, text(input, 'assume_role_policy'));
    return {};
  },
  remove({ world, thing }) {
    const held = [
      ...world.all('aws_iam_instance_profile', (each) => each.attributes.role === thing.id),
      ...world.all('aws_iam_role_policy', (each) => each.attributes.role === thing.id),
    ];
    if (held.length)
      throw new AwsError(
        'DeleteConflict',
        'Cannot delete entity, must detach all policies and remove roles from instance profile first.',
        409,
      );
  },
};

/** A role of this account that is named before it exists is refused: IAM turns principals into ids when it stores them. */
function checkTrust(world: AwsWorld, caller: Caller, document: string): void {
  for (const each of statementsOf(document)) {
    const named = (each.Principal as { AWS?: unknown } | undefined)?.AWS;
    for (const arn of [named ?? []].flat().map(String)) {
      const own = new RegExp(`^arn:[a-z-]+:iam::${caller.account}:role/(?:.*/)?([^/]+)$`).exec(arn)?.[1];
      if (own && !world.get('aws_iam_role', own))
        throw new AwsError('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${arn}"`);
    }
  }
}

const roleNamed = (world: AwsWorld, name: string): Thing =>
  referred(world, 'aws_iam_role', name, 'NoSuchEntity', `The role with name ${name} cannot be found.`);

const rolePolicy: Model = {
  type: 'aws_iam_role_policy',
  service,
  operations: { create: 'PutRolePolicy', update: 'PutRolePolicy', remove: 'DeleteRolePolicy' },
  create({ world, input }) {
    const owner = roleNamed(world, text(input, 'role'));
    checkName('policyName', text(input, 'name'), 128);
    checkPermissions(text(input, 'policy'));
    return { id: `${owner.id}:${text(input, 'name')}`, computed: { name_prefix: '' } };
  },
  update({ input }) {
    checkPermissions(text(input, 'policy'));
    return {};
  },
};

/** The size of all inline policies of a role, without white space. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const inlineCharacters = 10_240;

function checkPermissions(document: string): void {
  const statements = statementsOf(document);
  if (statements.some((each) => each.Resource === undefined && !('NotResource' in each)))
    throw new AwsError('MalformedPolicyDocument', 'Policy statement must contain resources.');
  if (document.replace(/\s/g, '').length > inlineCharacters)
    throw new AwsError('LimitExceeded', `Maximum policy size of ${inlineCharacters} bytes exceeded for role`, 409);
}

const profile: Model = {
  type: 'aws_iam_instance_profile',
  service,
  operations: { create: 'CreateInstanceProfile', remove: 'DeleteInstanceProfile' },
  create({ world, caller, input }) {
    const name = text(input, 'name');
    checkName('instanceProfileName', name, 128);
    if (inAccount(world, 'aws_iam_instance_profile', caller).some((each) => each.id === name))
      throw new AwsError('EntityAlreadyExists', `Instance Profile ${name} already exists.`, 409);
    if (text(input, 'role')) roleNamed(world, text(input, 'role'));
    return {
      id: name,
      computed: {
        arn: `arn:${caller.partition}:iam::${caller.account}:instance-profile${text(input, 'path') || '/'}${name}`,
        unique_id: world.ids.upper('AIPA', 17),
        create_date: new Date(world.now()).toISOString(),
        name_prefix: '',
      },
    };
  },
};

export const identityModels = [role, rolePolicy, profile];
