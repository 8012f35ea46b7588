/**
 * Loading a gateway's modules is one burst of short-lived objects. V8 answers it by growing the young generation several
 * times over, and an idle process keeps that: some 25 MB. While it starts, the generation stays as it is; under load it may
 * grow, which is what makes collections rare.
 */

import { totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** V8's own default. */
const GROWTH_UNDER_LOAD = 2;

/** For a process that has yet to load what it is for. */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Once it serves. */
export function letYoungGenerationGrow(): void {
  setFlagsFromString(`--semi-space-growth-factor=${GROWTH_UNDER_LOAD}`);
}

/** What a worker's young generation may grow to, in MiB. V8's default is 16. */
const ROOMY_MIB = 64;
/** A worker with less memory than this keeps V8's default. */
const ROOMY_FROM_BYTES = 1024 ** 3;

/**
 * Node's arguments for workers. Requests of many profiles keep megabytes alive at any moment; in a young generation of V8's
 * default size each collection copies all of them, which takes a fifth of the CPU.
 */
export function youngGenerationFlags(workers: number, nodeOptions = ''): readonly string[] {
  const isSaid = [...process.execArgv, nodeOptions].some((text) => text.includes('semi-space'));
  // Of a container, where it is bounded.
  const memory = process.constrainedMemory() || totalmem();
  return isSaid || Math.min(memory, totalmem()) / workers < ROOMY_FROM_BYTES
    ? []
    : [`--max-semi-space-size=${ROOMY_MIB}`];
}
