/** Where the rows of a table go: an entity, an id type and a model, as keys of one layout. */

import type { RedisDestinationConfig } from '../config/config.js';
import { GatewayError } from '../errors.js';
import type { ModelWriting } from '../profiles/layouts/layout.js';
import { layoutOf } from '../profiles/layouts/layout-of.js';
import { type ProfileId, type ProfileIdNames, parseProfileId } from '../profiles/profile-id.js';
import type { RedisCommand } from '../redis/client.js';
import { TableError } from './table-error.js';
import { Rejection } from './table-row.js';

/** What was asked for. */
export interface TargetOptions {
  readonly entity: string;
  readonly idType: string;
  /** The column that holds the ids. */
  readonly idColumn: string;
  readonly model: string;
}

export interface Target extends TargetOptions {
  readonly writing: ModelWriting;
  /** What every key of this entity and id type begins with; undefined where they cannot be told from others. */
  readonly keyPrefix: string | undefined;
  /** What messages call the parts of its ids. */
  readonly names: ProfileIdNames;
}

/** What messages call the parts of an id. */
const NAMES = { entity: '--entity', type: '--id-type', value: 'id' };
const ID_VALUE = 'x';

/** @throws TableError with the sentence that says why rows cannot go there */
export function targetOf(options: TargetOptions, destination: RedisDestinationConfig): Target {
  const layout = layoutOf(destination);
  const { entity, idType, model } = options;
  if (model === '') {
    throw new TableError('--model must not be empty');
  }
  const writing = layout.writing(model);
  if (typeof writing === 'string') {
    throw new TableError(`model ${model} cannot be loaded into ${destination.id}: ${writing}`);
  }
  const key = layout.command({ id: idOf(entity, idType, ID_VALUE), models: 'all' })?.[1];
  if (key === undefined) {
    throw new TableError(
      `the layout of ${destination.id} has no place for entity ${entity} and id type ${idType}`,
    );
  }
  return {
    ...options,
    writing,
    names: { ...NAMES, value: `column ${options.idColumn}` },
    keyPrefix: key.endsWith(ID_VALUE) ? key.slice(0, -ID_VALUE.length) : undefined,
  };
}

/** @returns the id, or why the text is none */
export function parseId({ entity, idType, names }: Target, text: string): ProfileId | Rejection {
  try {
    return parseProfileId({ entity, type: idType, value: text }, names);
  } catch (error) {
    if (error instanceof GatewayError) {
      return new Rejection(error.message);
    }
    throw error;
  }
}

/** The key that a command is for. */
export function keyOf([, key = '']: RedisCommand): string {
  return key;
}

function idOf(entity: string, idType: string, value: string): ProfileId {
  try {
    return parseProfileId({ entity, type: idType, value }, NAMES);
  } catch (error) {
    throw error instanceof GatewayError ? new TableError(error.message) : error;
  }
}
