import { isUtf8 } from 'node:buffer';
import { isJson } from './is-json.js';

const SPACE = 0x20;
const OPEN_BRACE = 0x7b;

/** A value as a store gives it: text, or its bytes as UTF-8, which is faster. */
export type StoredText = string | Buffer;

/**
 * A JSON value kept as it was stored. Numbers survive digit by digit and keys like `__proto__` stay harmless because it is
 * never turned into JavaScript values: {@link writeJson} copies it into the response, bytes as bytes.
 */
export class JsonText {
  /** What it is written of, in their order. Bytes among them are well-formed UTF-8. */
  readonly parts: readonly StoredText[];
  #text: string | undefined;

  private constructor(parts: readonly StoredText[]) {
    this.parts = parts;
  }

  get text(): string {
    this.#text ??= this.parts.map(textOf).join('');
    return this.#text;
  }

  /** As UTF-8. */
  get bytes(): Buffer {
    const [first = ''] = this.parts;
    return this.parts.length === 1 ? bytesOf(first) : Buffer.concat(this.parts.map(bytesOf));
  }

  /** Whether it is an object, and so has members. */
  get isObject(): boolean {
    const [first = ''] = this.parts;
    return typeof first === 'string'
      ? first.trimStart().startsWith('{')
      : first.find((byte) => byte > SPACE) === OPEN_BRACE;
  }

  /** In bytes, as UTF-8. */
  get size(): number {
    return this.parts.reduce((size, part) => size + sizeOf(part), 0);
  }

  /** What is stored as JSON, or undefined when it is not JSON. The one place where stored text is checked. */
  static check(stored: StoredText): JsonText | undefined {
    const bytes = typeof stored === 'string' ? Buffer.from(stored) : stored;
    if (!isJson(bytes)) {
      return undefined;
    }
    // Inside a string there may be bytes that are no UTF-8: as text they are U+FFFD, and not what a client would choke on.
    return new JsonText([isUtf8(bytes) ? stored : textOf(stored)]);
  }

  /** @param text JSON by construction: a part of what was checked, or the text of a value that is not an object's. */
  static trusted(text: StoredText): JsonText {
    return new JsonText([text]);
  }

  /** An object of the given members, in their order; an empty list gives `{}`. */
  static object(members: Iterable<readonly [name: string, value: JsonText]>): JsonText {
    const parts: StoredText[] = [];
    let text = '';
    for (const [name, value] of members) {
      text += `${text === '' && parts.length === 0 ? '{' : ','}${JSON.stringify(name)}:`;
      for (const part of value.parts) {
        if (typeof part === 'string') {
          text += part;
        } else {
          parts.push(text, part);
          text = '';
        }
      }
    }
    parts.push(text === '' && parts.length === 0 ? '{}' : `${text}}`);
    return new JsonText(parts);
  }
}

/** In bytes, as UTF-8. */
export function sizeOf(stored: StoredText): number {
  return typeof stored === 'string' ? Buffer.byteLength(stored) : stored.length;
}

function bytesOf(stored: StoredText): Buffer {
  return typeof stored === 'string' ? Buffer.from(stored) : stored;
}

function textOf(stored: StoredText): string {
  return typeof stored === 'string' ? stored : stored.toString('utf8');
}
