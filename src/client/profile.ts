/** What is asked for, and what comes. */

/** Traits of which nothing is known ahead: model name → trait name → value. */
export type AnyTraits = Record<string, Record<string, unknown>>;

/**
 * What may be stored of `Traits`, a type of yours that names models and their traits. Any model and any trait may be missing:
 * not computed yet, hidden from the token, or not selected.
 */
export type StoredTraits<Traits extends object> = {
  readonly [Model in keyof Traits]?: { readonly [Name in keyof Traits[Model]]?: Traits[Model][Name] };
};

/** How an entity is identified. */
export interface ProfileId {
  /** The id type, `email` or `user_id` for example: 1 to 128 characters, no colon. */
  readonly type: string;
  /** The id itself: 1 to 512 characters. */
  readonly value: string;
}

/** Which traits are wanted; all of them unless it says otherwise. */
export interface TraitSelection {
  /** Only these models; one that is not stored is left out. */
  readonly models?: readonly string[];
  /** Only these traits; a model that has none of them is left out. */
  readonly names?: readonly string[];
}

export interface AskOptions extends TraitSelection {
  /** Aborted: the promise rejects with the signal's reason. Others that wait for the same request are not disturbed. */
  readonly signal?: AbortSignal;
}

export interface ProfileRequest extends AskOptions {
  /** What the profile is about: `user`, `account`, … */
  readonly entity: string;
  readonly destinationId: string;
  readonly idType: string;
  readonly idValue: string;
}

export interface ProfilesRequest extends AskOptions {
  /** What the profiles are about: `user`, `account`, … */
  readonly entity: string;
  readonly destinationId: string;
  /** Any number: they are asked for in as few requests as the gateway's limits allow. */
  readonly ids: readonly ProfileId[];
}

export interface ViewerRequest extends AskOptions {
  /** Only by the id of this type; the token must have one. By any of them when left out. */
  readonly idType?: string;
}

export interface Profile<Traits extends object = AnyTraits> {
  readonly entity: string;
  readonly destinationId: string;
  readonly id: ProfileId;
  /**
   * Whether anything is stored under this id, selected or not. False is the truth about the store: where it could not be asked,
   * there is an ActivationError instead of a profile.
   */
  readonly exists: boolean;
  /** Model name → traits, by `JSON.parse`: integers past 2^53 lose digits, so read those as text from the gateway itself. */
  readonly traits: StoredTraits<Traits>;
}

/** The one whose profile the token is for. */
export interface Viewer<Traits extends object = AnyTraits> {
  readonly profile: Profile<Traits>;
  /** When the token stops working (ISO 8601); null for one that does not expire. */
  readonly expiresAt: string | null;
}

/** The part of a profile that is asked of the gateway; what it was asked for by is known. */
export interface ProfileContent<Traits extends object> {
  readonly exists: boolean;
  readonly traits: StoredTraits<Traits>;
}

/** Which traits it has is the word of the one who names the type; that it is a profile is seen. */
export function isProfileContent<Traits extends object>(value: unknown): value is ProfileContent<Traits> {
  return isObject(value) && typeof value.exists === 'boolean' && isObject(value.traits);
}

export function isViewer<Traits extends object>(value: unknown): value is Viewer<Traits> {
  if (!isObject(value) || !(value.expiresAt === null || typeof value.expiresAt === 'string')) {
    return false;
  }
  const { profile } = value;
  return (
    isObject(profile) &&
    typeof profile.entity === 'string' &&
    typeof profile.destinationId === 'string' &&
    isObject(profile.id) &&
    typeof profile.id.type === 'string' &&
    typeof profile.id.value === 'string' &&
    isProfileContent(profile)
  );
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
