import { type IpAddress, parseIpv4 } from '../../../ir/index.ts';
import { bigEndian, concat, numberAt } from '../bytes.ts';

/** Dotted decimal of four bytes. */
export const ipv4FromBytes = (bytes: Uint8Array): IpAddress => bytes.join('.') as IpAddress;

/** RFC 5952 text of sixteen bytes; an IPv4-mapped address is given as IPv4, since it is one to every check that follows. */
export function ipv6FromBytes(bytes: Uint8Array): IpAddress {
  const groups = Array.from({ length: 8 }, (_, i) => numberAt(bytes, i * 2, 2));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return ipv4FromBytes(bytes.subarray(12));
  let best = { at: 0, length: 0 };
  let run = 0;
  for (const [i, group] of groups.entries()) {
    run = group === 0 ? run + 1 : 0;
    if (run > best.length) best = { at: i - run + 1, length: run };
  }
  const text = (from: number, to?: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  // A single zero group is not shortened (RFC 5952 section 4.2.2).
  return (best.length < 2 ? text(0) : `${text(0, best.at)}::${text(best.at + best.length)}`) as IpAddress;
}

/** The four or sixteen bytes of an address in text form; undefined when it is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (parseIpv4(text)) return Uint8Array.from(text.split('.').map(Number));
  const mapped = /^(.*:)([0-9.]+)$/.exec(text);
  if (mapped?.[2]?.includes('.')) {
    const tail = parseIpv4(mapped[2]) && addressBytes(mapped[2]);
    return (
      tail && addressBytes(`${mapped[1]}${numberAt(tail, 0, 2).toString(16)}:${numberAt(tail, 2, 2).toString(16)}`)
    );
  }
  const [left = '', right, ...rest] = text.split('::');
  if (rest.length > 0) return undefined;
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const gap = 8 - head.length - tail.length;
  if (right === undefined ? gap !== 0 : gap < 1) return undefined;
  const groups = [...head, ...Array.from({ length: gap }, () => '0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return concat(...groups.map((group) => bigEndian(Number.parseInt(group, 16), 2)));
}
