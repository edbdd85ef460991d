import { expect, test } from 'vitest';
import type { IpAddress, Port, Route } from '../../ir/index.ts';
import { type EndedConnection, eventOf } from './event.ts';

const bare: EndedConnection = {
  startMs: 1,
  durationMs: 2,
  listener: 's-1/443',
  peer: '10.40.0.7:4711',
  identity: {},
  claim: undefined,
  route: undefined,
  upstream: undefined,
  bytesIn: 3,
  bytesOut: 4,
  end: 'no-data',
  refusal: undefined,
  notes: [],
};

test('what is not known is left out', () => {
  expect(Object.keys(eventOf(bare)).sort()).toEqual([
    'bytesIn',
    'bytesOut',
    'durationMs',
    'end',
    'listener',
    'peer',
    'startMs',
  ]);
});

test('what is known stands there, in the order in which a line reads', () => {
  const event = eventOf({
    ...bare,
    identity: { source: '10.1.1.1:5', endpoint: 'vpce-1', ncc: 'n-1' },
    claim: { speech: 'tls', name: 'a.test' as never },
    route: { key: 'orders/a.test:443', target: 'orders' } as Route,
    upstream: { address: '10.50.0.1' as IpAddress, port: 8443 as Port },
    end: 'refused',
    refusal: { code: 'LG_UPSTREAM_REFUSED', why: 'it said no' },
    notes: ['a remark'],
  });
  expect(Object.entries(event)).toEqual([
    ['startMs', 1],
    ['durationMs', 2],
    ['listener', 's-1/443'],
    ['peer', '10.40.0.7:4711'],
    ['source', '10.1.1.1:5'],
    ['endpoint', 'vpce-1'],
    ['ncc', 'n-1'],
    ['speech', 'tls'],
    ['name', 'a.test'],
    ['route', 'orders/a.test:443'],
    ['target', 'orders'],
    ['upstream', '10.50.0.1:8443'],
    ['bytesIn', 3],
    ['bytesOut', 4],
    ['end', 'refused'],
    ['code', 'LG_UPSTREAM_REFUSED'],
    ['why', 'it said no'],
    ['notes', ['a remark']],
  ]);
});

test('raw TCP is not a speech that a client chose', () => {
  expect(eventOf({ ...bare, claim: { speech: 'tcp' } })).not.toHaveProperty('speech');
  expect(eventOf({ ...bare, claim: { speech: 'postgres', whyNoName: 'no TLS' } })).toMatchObject({
    speech: 'postgres',
  });
});
