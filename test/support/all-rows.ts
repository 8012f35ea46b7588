import type { TableRow } from '../../src/loading/table-row.js';

/** The rows of a table, all at once. */
export async function allRows(rows: AsyncIterable<readonly TableRow[]>): Promise<readonly TableRow[]> {
  const all: TableRow[] = [];
  for await (const some of rows) {
    all.push(...some);
  }
  return all;
}
