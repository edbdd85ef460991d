import { expect, test } from 'vitest';
import type { IpAddress, Port } from '../../../ir/index.ts';
import type { ServerAddress } from '../protocol.ts';
import { Cancels } from './cancels.ts';

const at = (address: string, port = 5432): ServerAddress => ({ address: address as IpAddress, port: port as Port });

test('an owner’s servers are those that it has connections to now', () => {
  const cancels = new Cancels();
  cancels.opened('a', at('10.0.0.1'));
  cancels.opened('a', at('10.0.0.2'));
  cancels.opened('b', at('10.0.0.3'));
  expect(cancels.serversOf('a')).toMatchObject([at('10.0.0.1'), at('10.0.0.2')]);
  expect(cancels.serversOf('b')).toMatchObject([at('10.0.0.3')]);
  expect(cancels.serversOf('c')).toEqual([]);
});

test('a server stays until the last connection to it is over, and is then forgotten', () => {
  const cancels = new Cancels();
  const [first, second] = [cancels.opened('a', at('10.0.0.1')), cancels.opened('a', at('10.0.0.1'))];
  const other = cancels.opened('a', at('10.0.0.1', 5433));
  first();
  expect(cancels.serversOf('a')).toMatchObject([at('10.0.0.1'), at('10.0.0.1', 5433)]);
  second();
  expect(cancels.serversOf('a')).toMatchObject([at('10.0.0.1', 5433)]);
  other();
  expect(cancels.serversOf('a')).toEqual([]);
});

test('an owner without connections leaves nothing behind', () => {
  const cancels = new Cancels();
  const over = Array.from({ length: 100 }, (_, i) => cancels.opened(`owner ${i}`, at(`10.0.0.${i}`)));
  expect(cancels.size).toBe(100);
  for (const each of over) each();
  expect(cancels.size).toBe(0);
});
