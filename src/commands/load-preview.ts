import type { ColumnPlan } from '../loading/column-plan.js';
import { RowMapper } from '../loading/row-mapper.js';
import type { Table } from '../loading/table.js';
import { Rejection } from '../loading/table-row.js';
import type { Target } from '../loading/target.js';
import type { CommandIo } from './io.js';

const PREVIEW_ROWS = 5;

/**
 * Prints what would be written for the first rows, and asks no Redis.
 * @returns how many of them would be rejected
 */
export async function previewLoad(
  table: Table,
  targets: readonly Target[],
  plan: ColumnPlan,
  print: CommandIo['print'],
): Promise<number> {
  if (table.inferredTypes.size > 0) {
    print('Types that the columns seem to have, where --type and --schema say nothing:');
    print(`  ${Array.from(table.inferredTypes, ([column, type]) => `${column}: ${type}`).join(', ')}`);
    print('');
  }
  const mapper = new RowMapper(targets, plan.withInferred(table.inferredTypes));
  let number = 0;
  let rejected = 0;
  for await (const rows of table.rows) {
    for (const row of rows.slice(0, PREVIEW_ROWS - number)) {
      number += 1;
      const writes = mapper.map(row);
      if (writes instanceof Rejection) {
        rejected += 1;
        print(`row ${number} would be rejected: ${writes.reason}`);
        continue;
      }
      for (const { command, target, id, traits } of writes) {
        const [name = '', key, ...args] = command ?? target.writing.write(id, traits, null) ?? [];
        print([name.toUpperCase(), key, ...args].join(' '));
      }
    }
    if (number >= PREVIEW_ROWS) {
      break;
    }
  }
  print('');
  print(`A dry run: nothing was written, and no Redis was asked. ${number} rows were looked at.`);
  return rejected;
}
