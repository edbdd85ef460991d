/**
 * A short name for an object of the two clouds: as much of `prefix` as fits, then `key`, then a hash of both.
 * Two keys of one plan never give the same name, since the key is whole; the hash keeps apart deployments whose prefixes
 * were cut alike. Letters, digits and single hyphens only, none at an end, never beginning with `internal-`.
 *
 * @param prefix The spec's name.
 * @param key Unique among the names of this kind in the plan, such as `s-1-5432`.
 * @param max Characters allowed, from facts. At least the length of the key and nine more.
 */
export function boundedName(prefix: string, key: string, max: number): string {
  const tail = `${plain(key)}-${hash(`${prefix}\n${key}`).slice(0, 6)}`;
  const room = max - tail.length - 1;
  const head = plain(prefix).slice(0, Math.max(room, 0)).replace(/-$/, '');
  const name = head === '' ? tail : `${head}-${tail}`;
  return name.startsWith('internal-') ? `x${name.slice(1)}` : name;
}

const plain = (text: string): string => text.replace(/[^0-9a-zA-Z]+/g, '-').replace(/^-|-$/g, '');

/** Two FNV-1a sums (32 bits each) of the UTF-16 units: 16 hex digits. It notices accidents and keeps names apart; it is not protection against malice. */
export function hash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ ((unit << 7) | (unit >>> 9)), 0x01000193);
  }
  // The low bits of a sum see few of the inputs: fold the high ones in.
  a = Math.imul(a ^ (a >>> 15), 0x2c1b3c6d);
  b = Math.imul(b ^ (b >>> 13), 0x297a2d39);
  return [a ^ (a >>> 12), b ^ (b >>> 15)].map((sum) => (sum >>> 0).toString(16).padStart(8, '0')).join('');
}
