import { type Cidr, cidrRange, cidrsOverlap, ipv4Text } from '../../ir/index.ts';
import { AwsError } from './errors.ts';
import { Ids } from './ids.ts';
import { type Quotas, quotasFrom } from './quotas.ts';
import { type Attributes, elements, isObject, type Value } from './values.ts';

/** Something that exists. Attributes have the names that the provider gives them, since the provider is what writes most. */
export interface Thing {
  /** Terraform's type: `aws_lb`. What the provider cannot make has an additional type: `endpoint_connection`. */
  readonly type: string;
  readonly id: string;
  readonly account: string;
  readonly region: string;
  attributes: Attributes;
}

/** Who calls, and where. */
export interface Caller {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

export interface WorldOptions {
  /** Overrides of quotas, by the names in quotas.ts. */
  readonly quotas?: Partial<Quotas>;
  /** Makes other ids. Default `lakegate`. */
  readonly seed?: string;
  /** Milliseconds since the epoch. Default: a fixed day, so that a test does not depend on the clock. */
  readonly now?: () => number;
  /** Lets simulated time go by while a provider waits for a state. Default: it stands still, and what waits times out. */
  readonly pass?: (milliseconds: number) => void;
  readonly timings?: Partial<AwsTimings>;
}

/** How long things take in AWS, in milliseconds of simulated time. */
export interface AwsTimings {
  /** From the making of an endpoint until the owner of the service sees its connection. */
  readonly connectionSeen: number;
  /** From acceptance to `Available`. */
  readonly accepting: number;
  /** From rejection to `Rejected`. */
  readonly rejecting: number;
}

/** At once: for tests that are not about time. How long it takes in AWS is said in sim/fill. */
const atOnce: AwsTimings = { connectionSeen: 0, accepting: 0, rejecting: 0 };

/**
 * What went wrong on purpose: asked before each change (its action and the object's type) and before each call over
 * HTTP (`call`, the service as signatures name it, and the operation).
 */
export type Disturbance = (call: {
  readonly action: string;
  readonly type: string;
  readonly name?: string;
}) => AwsError | undefined;

/** 2026-11-20. */
const fixedDay = 1_795_132_800_000;

/**
 * AWS as far as lakegate touches it, in memory: objects by type and id, over accounts and regions.
 * The rules of each type are in models/; this holds what they share.
 */
export class AwsWorld {
  readonly ids: Ids;
  readonly quotas: Quotas;
  readonly now: () => number;
  readonly pass: (milliseconds: number) => void;
  readonly timings: AwsTimings;
  /** Set to make calls fail, such as by throttling. */
  disturb: Disturbance | undefined;
  /** Milliseconds that each creation takes. Default 0. */
  creationMs = 0;
  private readonly things = new Map<string, Thing>();
  private readonly usedAddresses = new Map<string, number>();

  constructor(options: WorldOptions = {}) {
    this.ids = new Ids(options.seed ?? 'lakegate');
    this.quotas = quotasFrom(options.quotas ?? {});
    this.now = options.now ?? (() => fixedDay);
    this.pass = options.pass ?? (() => {});
    this.timings = { ...atOnce, ...options.timings };
  }

  all(type: string, where: (thing: Thing) => boolean = () => true): readonly Thing[] {
    return [...this.things.values()].filter((thing) => thing.type === type && where(thing));
  }

  /** All of a type in the caller's account and region: what a quota counts. */
  local(type: string, caller: Caller): readonly Thing[] {
    return this.all(type, (thing) => thing.account === caller.account && thing.region === caller.region);
  }

  get(type: string, id: string): Thing | undefined {
    return this.things.get(`${type}/${id}`);
  }

  /** The object with this ARN, or with this id. */
  find(type: string, reference: string): Thing | undefined {
    return this.get(type, reference) ?? this.all(type, (thing) => thing.attributes.arn === reference)[0];
  }

  put(thing: Thing): Thing {
    this.things.set(`${thing.type}/${thing.id}`, thing);
    return thing;
  }

  remove(thing: Thing): void {
    this.things.delete(`${thing.type}/${thing.id}`);
  }

  /** Everything, sorted: plain data for a test or a file. */
  snapshot(): readonly Thing[] {
    const key = (thing: Thing): string => `${thing.type}/${thing.id}`;
    return structuredClone([...this.things.values()]).sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  /** Puts the things of a snapshot in the place of all that is there. */
  restore(snapshot: readonly Thing[]): void {
    this.things.clear();
    for (const thing of structuredClone(snapshot)) this.put(thing);
  }

  /** The next free address of a subnet. AWS keeps the first four and the last. */
  address(subnet: Thing): string {
    const { first, last } = cidrRange(text(subnet.attributes, 'cidr_block') as Cidr);
    const next = (this.usedAddresses.get(subnet.id) ?? first + 3) + 1;
    if (next >= last) {
      throw new AwsError(
        'InsufficientFreeAddressesInSubnet',
        `The specified subnet does not have enough free addresses to satisfy the request.`,
      );
    }
    this.usedAddresses.set(subnet.id, next);
    return ipv4Text(next);
  }
}

/** The zones of a region with their ids, as far as the models need them: `a` to `f`, the most that a region has. */
export function zonesOf(region: string): readonly { readonly name: string; readonly id: string }[] {
  const [area = '', direction = '', number = ''] = region.replace('us-gov', 'usg').split('-');
  const short = `${area}${direction.replace(/(north|south|east|west|central)/g, (word) => word.charAt(0))}${number}`;
  return [...'abcdef'].map((letter, at) => ({ name: region + letter, id: `${short}-az${at + 1}` }));
}

export const text = (attributes: Attributes, name: string): string => {
  const value = attributes[name];
  return typeof value === 'string' ? value : '';
};

export const texts = (attributes: Attributes, name: string): readonly string[] =>
  elements(attributes[name]).filter((each): each is string => typeof each === 'string');

export const number = (attributes: Attributes, name: string): number | undefined => {
  const value = attributes[name];
  return typeof value === 'number' ? value : undefined;
};

/** The elements of a nested block. */
export const blocksOf = (attributes: Attributes, name: string): readonly Attributes[] =>
  elements(attributes[name]).filter((each): each is { readonly [name: string]: Value } => isObject(each));

export const arnOf = (caller: Caller, service: string, resource: string): string =>
  `arn:${caller.partition}:${service}:${caller.region}:${caller.account}:${resource}`;

export const overlaps = (a: string, b: string): boolean => cidrsOverlap(a as Cidr, b as Cidr);
