import { isJson } from './is-json.js';

/** Text as a store gives it. */
export type StoredText = string | Buffer;

/**
 * A JSON value kept as the text it was stored as. Numbers survive digit by digit and keys like `__proto__` stay
 * harmless because the text is never turned into JavaScript values: {@link writeJson} copies it into the response.
 */
export class JsonText {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** Whether it is an object, and so has members. */
  get isObject(): boolean {
    return this.text.trimStart().startsWith('{');
  }

  /**
   * The text as JSON, or undefined when it is not JSON. The one place where stored text is checked.
   * @param stored text, or its bytes as UTF-8, which is faster
   */
  static check(stored: StoredText): JsonText | undefined {
    const bytes = typeof stored === 'string' ? Buffer.from(stored) : stored;
    return isJson(bytes) ? new JsonText(textOf(stored)) : undefined;
  }

  /** @param text JSON by construction: a part of checked text, or the text of a value that is not an object's. */
  static trusted(text: string): JsonText {
    return new JsonText(text);
  }

  /** An object of the given members, in their order; an empty list gives `{}`. */
  static object(members: Iterable<readonly [name: string, value: JsonText]>): JsonText {
    let text = '';
    for (const [name, value] of members) {
      text += `${text === '' ? '{' : ','}${JSON.stringify(name)}:${value.text}`;
    }
    return new JsonText(text === '' ? '{}' : `${text}}`);
  }
}

function textOf(stored: StoredText): string {
  return typeof stored === 'string' ? stored : stored.toString('utf8');
}
