import type { JsonText } from '../json/json-text.js';

/** A JSON value; a number as JsonText where its digits matter. */
export type SampleValue = string | number | boolean | null | JsonText | readonly SampleValue[] | SampleTraits;

/** Trait name → value. */
export interface SampleTraits {
  readonly [name: string]: SampleValue;
}

/** Model name → traits. A model that is undefined was never computed and is not stored. */
export type SampleModels = Readonly<Record<string, SampleTraits | undefined>>;

/** A person or thing with all the ids it is known by. */
export interface SampleSubject {
  readonly entity: string;
  readonly ids: readonly SampleId[];
  /** What is stored under each of the ids. At least one model. */
  readonly models: SampleModels;
}

/** One of the ids of a subject: one profile. */
export interface SampleId {
  readonly type: string;
  readonly value: string;
  /** What is stored under this id alone, besides the models of its subject. */
  readonly models?: SampleModels;
}
