import { JsonText } from './json-text.js';

/**
 * Writes a response as JSON, stored text copied in as it is. Takes what a response is made of: plain objects, arrays,
 * scalars, {@link JsonText} and objects with `toJSON` (errors, dates). What JSON does not know is left out of objects
 * and null elsewhere, as JSON.stringify has it.
 */
export function writeJson(value: unknown): string {
  if (value instanceof JsonText) {
    return value.text;
  }
  if (typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value) ?? 'null';
  }
  if (Array.isArray(value)) {
    return writeArray(value);
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return writeJson(value.toJSON());
  }
  return writeObject(value as Readonly<Record<string, unknown>>);
}

function writeArray(values: readonly unknown[]): string {
  let text = '[';
  for (let index = 0; index < values.length; index += 1) {
    text += index === 0 ? writeJson(values[index]) : `,${writeJson(values[index])}`;
  }
  return `${text}]`;
}

function writeObject(object: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const name of Object.keys(object)) {
    const value = object[name];
    if (value !== undefined && typeof value !== 'function') {
      text += `${text === '' ? '{' : ','}${JSON.stringify(name)}:${writeJson(value)}`;
    }
  }
  return text === '' ? '{}' : `${text}}`;
}
