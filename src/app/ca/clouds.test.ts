import { expect, test } from 'vitest';
import { AwsCallError } from '../../aws/index.ts';
import { awsProblem } from './clouds.ts';

test.each([
  ['CredentialsProviderError', 'give valid credentials'],
  ['ExpiredTokenException', 'give valid credentials'],
  ['AccessDeniedException', 'check the right'],
])('%s: %s', (code, hint) => {
  const problem = awsProblem(new AwsCallError('kms:GetPublicKey', code, 'no'), 'check the right');
  expect(problem.hint).toContain(hint);
});
