import { expect, test } from 'vitest';
import { resultOfError } from './client.ts';

const error = (code: string, message: string): Error => Object.assign(new Error(message), { code });

test.each<[string, Error, unknown]>([
  [
    'an alert on a read',
    error('ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'tlsv1 unrecognized name'),
    { is: 'refusal', how: 'TLS alert unrecognized_name' },
  ],
  [
    'an alert on a write',
    error(
      'EPROTO',
      'write EPROTO 40AD:error:0A000458:SSL routines:ssl3_read_bytes:tlsv1 unrecognized name:rec_layer_s3.c:918:SSL alert number 112',
    ),
    { is: 'refusal', how: 'TLS alert unrecognized_name' },
  ],
  [
    'an alert in the older spelling',
    error('ERR_SSL_TLSV1_ALERT_ACCESS_DENIED', 'tlsv1 alert access denied'),
    { is: 'refusal', how: 'TLS alert access_denied' },
  ],
  [
    'a sentence with a code',
    error('28000', 'LG_NOT_GRANTED this NCC was not granted the target'),
    { is: 'refusal', how: 'LG_NOT_GRANTED this NCC was not granted the target', code: 'LG_NOT_GRANTED' },
  ],
  [
    'no such name',
    error('ENOTFOUND', 'ENOTFOUND a.test'),
    { is: 'refusal', how: 'ENOTFOUND a.test', code: 'LG_NO_RULE' },
  ],
  ['a word that looks like a code', error('XX', 'LG_NONSENSE'), { is: 'refusal', how: 'XX LG_NONSENSE' }],
])('%s', (_, given, seen) => {
  expect(resultOfError(given)).toEqual(seen);
});
