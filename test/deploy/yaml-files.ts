import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { ROOT } from './dockerfile.js';

/** @returns the documents of a YAML file of the repository, as plain data @throws where it is not YAML. */
export function documentsOf(file: string): unknown[] {
  return parseDocuments(readFileSync(`${ROOT}${file}`, 'utf8'), file);
}

/** @param name for the message */
export function parseDocuments(text: string, name: string): unknown[] {
  return Array.from(parseAllDocuments(text), (document) => {
    const [error] = document.errors;
    if (error !== undefined) {
      throw new Error(`${name}: ${error.message}`);
    }
    return document.toJS();
  });
}
