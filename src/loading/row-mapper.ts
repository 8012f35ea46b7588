import type { ProfileId } from '../profiles/profile-id.js';
import type { RedisCommand } from '../redis/client.js';
import type { ColumnPlan } from './column-plan.js';
import { Rejection, type TableRow } from './table-row.js';
import { parseId, type Target } from './target.js';

/** One model of one profile to be written. */
export interface Write {
  readonly target: Target;
  readonly id: ProfileId;
  /** A JSON object. */
  readonly traits: string;
  /** Undefined where what is stored must be read first. */
  readonly command: RedisCommand | undefined;
}

/** Makes of each row what is written for it: all of it, or nothing. */
export class RowMapper {
  readonly #plan: ColumnPlan;
  readonly #targets: readonly { readonly target: Target; readonly idColumn: number }[];

  constructor(targets: readonly Target[], plan: ColumnPlan) {
    this.#plan = plan;
    this.#targets = targets.map((target) => ({ target, idColumn: plan.idColumns.indexOf(target.idColumn) }));
  }

  /** @returns one write at least, or why there is none. A row may lack some of several ids, but not all. */
  map(row: TableRow): readonly Write[] | Rejection {
    const mapped = row.map(this.#plan);
    if (mapped instanceof Rejection) {
      return mapped;
    }
    const { ids, traits } = mapped;
    const writes: Write[] = [];
    for (const { target, idColumn } of this.#targets) {
      const text = ids[idColumn];
      if (text === undefined) {
        continue;
      }
      const id = parseId(target, text);
      if (id instanceof Rejection) {
        return id;
      }
      const { readFirst, write } = target.writing;
      const command = readFirst === undefined ? write(id, traits, undefined) : undefined;
      if (command === undefined && readFirst === undefined) {
        return new Rejection('it has nothing that the layout of the destination stores');
      }
      writes.push({ target, id, traits, command });
    }
    return writes.length > 0 ? writes : new Rejection(this.#withoutId());
  }

  #withoutId(): string {
    const { idColumns } = this.#plan;
    return idColumns.length === 1
      ? `column ${idColumns[0]}: there is no id in it`
      : `there is no id in any of the columns ${idColumns.join(', ')}`;
  }
}
