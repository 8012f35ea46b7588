/** How much of a model may be seen: all of it, nothing, or the traits that pass. */
export type ModelVisibility = 'whole' | 'hidden' | ((trait: string) => boolean);

/** What of a profile may be seen by the one who asks. */
export interface Visibility {
  sees(model: string): ModelVisibility;
  /** The models that can be seen at all, where they are known by name; undefined where it may be any. */
  readonly models: readonly string[] | undefined;
}
