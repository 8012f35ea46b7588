/**
 * Loading a gateway's modules is one burst of short-lived objects. V8 answers it by growing the young generation several
 * times over, and an idle process keeps that: some 25 MB. While it starts, the generation stays as it is; under load it may
 * grow, which is what makes collections rare.
 */

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
