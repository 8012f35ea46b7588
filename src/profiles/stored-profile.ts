import { malformedTraits } from '../errors.js';
import { JsonText, type StoredText, sizeOf } from '../json/json-text.js';
import { membersOf } from '../json/members.js';
import type { Visibility } from './visibility.js';

/** Which models a lookup needs: all that are stored, or those named. */
export type ModelSelection = 'all' | readonly string[];

/**
 * What a store found for one profile: model names and the text of their traits, not yet known to be JSON. Text is
 * checked when it is first needed, so that a malformed model fails those who ask for it and nobody else.
 */
export class StoredProfile {
  /** Nothing is stored. */
  static readonly empty = new StoredProfile(new Map());

  readonly #texts: Map<string, StoredText | JsonText>;
  #models: readonly string[] | undefined;

  /** @param texts model name → the text stored for it; the profile keeps the map. */
  constructor(texts: Map<string, StoredText | JsonText>) {
    this.#texts = texts;
  }

  /** In the order of their names, by code unit. */
  get models(): readonly string[] {
    this.#models ??= [...this.#texts.keys()].sort();
    return this.#models;
  }

  /** Whether anything is stored. */
  get exists(): boolean {
    return this.#texts.size > 0;
  }

  /**
   * What is left for one who may not see everything: as if the rest were not stored. A model that is seen in part is there
   * while one of its traits is; one that is not JSON stays, so that those who ask for it are told.
   */
  seenThrough(visibility: Visibility): StoredProfile {
    for (const name of this.#texts.keys()) {
      if (visibility.sees(name) !== 'whole') {
        return new StoredProfile(cut(this.#texts, visibility));
      }
    }
    return this;
  }

  /** Whether the texts of all models take more bytes than this, as UTF-8. */
  isLargerThan(bytes: number): boolean {
    let found = 0;
    for (const text of this.#texts.values()) {
      found += text instanceof JsonText ? text.size : sizeOf(text);
    }
    return found > bytes;
  }

  /**
   * The traits of a model, or undefined where the model is not stored.
   * @throws MALFORMED_TRAITS when the text is not JSON.
   */
  model(name: string): JsonText | undefined {
    const text = this.#texts.get(name);
    if (text === undefined || text instanceof JsonText) {
      return text;
    }
    const json = JsonText.check(text);
    if (json === undefined) {
      throw malformedTraits(name);
    }
    this.#texts.set(name, json);
    return json;
  }

  /**
   * Model name → traits, as one JSON object.
   * @param selection.models only these models; all when left out
   * @param selection.names only these traits, and only models that have one of them; whole models when left out
   * @throws MALFORMED_TRAITS when the text of a model that was asked for is not JSON.
   */
  traits(
    selection: { readonly models?: readonly string[]; readonly names?: readonly string[] } = {},
  ): JsonText {
    const { names } = selection;
    const data: [string, JsonText][] = [];
    for (const name of this.#selected(selection.models)) {
      const traits = this.model(name);
      const kept = traits === undefined || names === undefined ? traits : pick(traits, names);
      if (kept !== undefined) {
        data.push([name, kept]);
      }
    }
    return JsonText.object(data);
  }

  /**
   * One trait: of the model named, or of the first model (in the order of their names) that has it.
   * @throws MALFORMED_TRAITS when the text of a model that had to be looked into is not JSON.
   */
  trait(name: string, model?: string): JsonText | undefined {
    for (const candidate of this.#selected(model === undefined ? undefined : [model])) {
      const traits = this.model(candidate);
      const value = traits && membersOf(traits).get(name);
      if (value !== undefined) {
        return value;
      }
    }
    return undefined;
  }

  #selected(models: readonly string[] | undefined): readonly string[] {
    return models === undefined ? this.models : this.models.filter((model) => models.includes(model));
  }
}

/** The named members, in the order stored; undefined when the traits have none of them. */
function pick(traits: JsonText, names: readonly string[]): JsonText | undefined {
  const wanted = new Set(names);
  return members(traits, (name) => wanted.has(name));
}

/** The models, and of each the part, that may be seen. */
function cut(
  texts: ReadonlyMap<string, StoredText | JsonText>,
  visibility: Visibility,
): Map<string, StoredText | JsonText> {
  const seen = new Map<string, StoredText | JsonText>();
  for (const [name, text] of texts) {
    const view = visibility.sees(name);
    const kept = view === 'whole' ? text : view === 'hidden' ? undefined : keep(text, view);
    if (kept !== undefined) {
      seen.set(name, kept);
    }
  }
  return seen;
}

/** The traits that pass; the text as it is where it is not JSON. */
function keep(
  text: StoredText | JsonText,
  passes: (trait: string) => boolean,
): StoredText | JsonText | undefined {
  const traits = text instanceof JsonText ? text : JsonText.check(text);
  return traits === undefined ? text : members(traits, passes);
}

function members(traits: JsonText, passes: (name: string) => boolean): JsonText | undefined {
  const kept = [...membersOf(traits)].filter(([name]) => passes(name));
  return kept.length === 0 ? undefined : JsonText.object(kept);
}
