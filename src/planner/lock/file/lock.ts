import { z } from 'zod';
import type { Plain } from '../../../ir/index.ts';

/** Texts and numbers from 1. Which of them are names, keys and ports is asked of a lock that was not edited: see check-lock.ts. */
const text = z.string();
const number = z.number().int().min(1);

const lockedWorkspaceShape = z.object({
  name: text,
  /** Knows a workspace again that was renamed in the spec. */
  id: text.optional(),
});

/** A private endpoint rule and what it lists. */
const lockedRuleShape = z.object({
  key: text,
  /** Key of the endpoint service, or `s3`. */
  service: text,
  /** Names, or buckets of S3. Sorted. */
  names: z.array(text),
});

/** An NCC with its rules. */
const lockedNccShape = z.object({
  key: text,
  name: text,
  check: text,
  workspaces: z.array(lockedWorkspaceShape),
  /** Merged by `isolation: shared`; the workspaces stay together as long as that holds. */
  merged: z.literal(true).optional(),
  rules: z.array(lockedRuleShape),
});

/** A target’s name on a listener. */
const lockedDemandShape = z.object({
  target: text,
  host: text,
  /** The target's own port, where it is not the listener's. */
  port: number.optional(),
});

/** A port of a load balancer. */
const lockedListenerShape = z.object({
  port: number,
  targetGroup: text,
  /** Absent where the listener bypasses the router. */
  routerPort: number.optional(),
  /** NccAssignment uses it. Sorted by target, then host. */
  holds: z.array(lockedDemandShape),
});

/** An endpoint service with its load balancer. */
const lockedServiceShape = z.object({
  key: text,
  /** Name of the load balancer. */
  name: text,
  check: text,
  listeners: z.array(lockedListenerShape),
});

/**
 * Allocations already made, kept in the user's repository as `lakegate.lock.json`. Keys count up and are never given
 * again: `next` remembers how far they have come, also for things that are gone.
 */
export const lockShape = z.object({
  version: z.literal(1),
  /** The spec's name. */
  name: text,
  /** Where it is: names are unique per region and account, and nothing moves to another. */
  region: text,
  account: text,
  /** Sum over all but the entries, which have their own: tells that a hand has edited it. */
  check: text,
  next: z.object({ ncc: number, service: number, rule: number, routerPort: number }),
  nccs: z.array(lockedNccShape),
  services: z.array(lockedServiceShape),
});

export interface LockedWorkspace extends Plain<z.output<typeof lockedWorkspaceShape>> {}
export interface LockedRule extends Plain<z.output<typeof lockedRuleShape>> {}
export interface LockedNcc extends Plain<z.output<typeof lockedNccShape>> {}
export interface LockedDemand extends Plain<z.output<typeof lockedDemandShape>> {}
export interface LockedListener extends Plain<z.output<typeof lockedListenerShape>> {}
export interface LockedService extends Plain<z.output<typeof lockedServiceShape>> {}
export interface Lock extends Plain<z.output<typeof lockShape>> {}
