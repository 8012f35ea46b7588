import { JsonText, type StoredText } from './json-text.js';

/** Of a UTF-16 code unit, written as UTF-8. */
const MAX_BYTES_PER_CHARACTER = 3;

/**
 * Writes a response as JSON, stored JSON copied in as it is. Takes what a response is made of: plain objects, arrays,
 * scalars, {@link JsonText} and objects with `toJSON` (errors, dates). What JSON does not know is left out of objects
 * and null elsewhere, as JSON.stringify has it.
 * @returns text, or its bytes as UTF-8 where there were stored bytes to copy
 */
export function writeJson(value: unknown): string | Buffer {
  const writer = new JsonWriter();
  writer.write(value);
  return writer.finish();
}

class JsonWriter {
  /** What was written, up to the last stored bytes. */
  readonly #pieces: StoredText[] = [];
  /** What was written since. */
  #text = '';
  /** No less than the bytes of the pieces. */
  #bytes = 0;

  write(value: unknown): void {
    if (value instanceof JsonText) {
      this.#copy(value.parts);
    } else if (typeof value !== 'object' || value === null) {
      this.#text += JSON.stringify(value) ?? 'null';
    } else if (Array.isArray(value)) {
      this.#writeArray(value);
    } else if ('toJSON' in value && typeof value.toJSON === 'function') {
      this.write(value.toJSON());
    } else {
      this.#writeObject(value as Readonly<Record<string, unknown>>);
    }
  }

  finish(): string | Buffer {
    if (this.#pieces.length === 0) {
      return this.#text;
    }
    this.#endText();
    const bytes = Buffer.allocUnsafe(this.#bytes);
    let at = 0;
    for (const piece of this.#pieces) {
      at += typeof piece === 'string' ? bytes.write(piece, at) : piece.copy(bytes, at);
    }
    return bytes.subarray(0, at);
  }

  #copy(parts: readonly StoredText[]): void {
    for (const part of parts) {
      if (typeof part === 'string') {
        this.#text += part;
      } else {
        this.#endText();
        this.#pieces.push(part);
        this.#bytes += part.length;
      }
    }
  }

  #endText(): void {
    if (this.#text !== '') {
      this.#pieces.push(this.#text);
      this.#bytes += this.#text.length * MAX_BYTES_PER_CHARACTER;
      this.#text = '';
    }
  }

  #writeArray(values: readonly unknown[]): void {
    this.#text += '[';
    for (let index = 0; index < values.length; index += 1) {
      if (index > 0) {
        this.#text += ',';
      }
      this.write(values[index]);
    }
    this.#text += ']';
  }

  #writeObject(object: Readonly<Record<string, unknown>>): void {
    let isFirst = true;
    for (const name of Object.keys(object)) {
      const value = object[name];
      if (value !== undefined && typeof value !== 'function') {
        this.#text += `${isFirst ? '{' : ','}${JSON.stringify(name)}:`;
        isFirst = false;
        this.write(value);
      }
    }
    this.#text += isFirst ? '{}' : '}';
  }
}
