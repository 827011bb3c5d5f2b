// The minimum group that an organizer may choose.

import { MIN_GROUP_LEAST, MIN_GROUP_MAX } from "../generated";

/** Fewer than MIN_GROUP_LEAST the server takes only where it is bound to loopback. */
const LEAST_ON_LOOPBACK = 1;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The least that may be asked for by a page at `hostname`. A page at an address of loopback comes from this computer, or
 * through a way that ends on it: the server knows better, and may still refuse.
 */
export function leastGroup(hostname: string): number {
  return LOOPBACK.test(hostname) ? LEAST_ON_LOOPBACK : MIN_GROUP_LEAST;
}

/** Whether `people` is a minimum group that may be asked for, from `least` on. */
export function isGroup(people: number, least: number): boolean {
  return Number.isInteger(people) && least <= people && people <= MIN_GROUP_MAX;
}
