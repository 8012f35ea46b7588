/** The example operations: the same files are GraphiQL's tabs, the README's queries and what codegen reads. */

import { readdirSync, readFileSync } from 'node:fs';

/** One file of `schema/operations` and the variables beside it. */
export interface ExampleOperation {
  /** The file's name without ending. */
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const FOLDER = new URL('../../schema/operations/', import.meta.url);
const QUERY_ENDING = '.graphql';

/** In the order of their file names. */
export function exampleOperations(): ExampleOperation[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(QUERY_ENDING))
    .sort()
    .map((file) => {
      const name = file.slice(0, -QUERY_ENDING.length);
      return {
        name,
        query: readFileSync(new URL(file, FOLDER), 'utf8'),
        variables: JSON.parse(readFileSync(new URL(`${name}.variables.json`, FOLDER), 'utf8')),
      };
    });
}
