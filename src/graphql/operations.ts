/** The example operations: the same files are GraphiQL's tabs, the README's queries and what codegen reads. */

import { readdirSync, readFileSync } from 'node:fs';
import { getOperationAST, parse } from 'graphql';

/** One file of `schema/operations` and the variables beside it. */
export interface ExampleOperation {
  /** The file's name without ending. */
  readonly name: string;
  /** The name of the operation. */
  readonly title: string;
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
      const query = readFileSync(new URL(file, FOLDER), 'utf8');
      return {
        name,
        title: getOperationAST(parse(query))?.name?.value ?? name,
        query,
        variables: JSON.parse(readFileSync(new URL(`${name}.variables.json`, FOLDER), 'utf8')),
      };
    });
}
