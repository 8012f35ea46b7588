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

  /** The text as JSON, or undefined when it is not JSON. The one place where stored text is checked. */
  static check(text: string): JsonText | undefined {
    try {
      JSON.parse(text);
    } catch {
      return undefined;
    }
    return new JsonText(text);
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
