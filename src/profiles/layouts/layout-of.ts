import type { CustomLayout, KeyPart, RedisDestinationConfig } from '../../config/config.js';
import type { ProfileId } from '../profile-id.js';
import { hashOfJson } from './hash-of-json.js';
import { hashOfStrings } from './hash-of-strings.js';
import { jsonText } from './json-text.js';
import type { ProfileLayout } from './layout.js';
import { type KeyOf, type KeyOwner, profileKey } from './profile-key.js';

/** RudderStack's event stream knows users alone. */
const EVENT_STREAM_ENTITY = 'user';

/** How the profiles of a destination lie in its Redis. */
export function layoutOf({ id, workspaceId, redis, layout }: RedisDestinationConfig): ProfileLayout {
  const owner = { workspaceId, destinationId: id };
  switch (layout.type) {
    case 'profiles': {
      const keyOf: KeyOf = (profile) => profileKey(owner, profile);
      return redis.useJSONModule ? jsonText('json.get', keyOf) : hashOfJson(keyOf);
    }
    case 'event-stream': {
      const keyOf = eventStreamKey(layout.idType, redis.prefix);
      return redis.useJSONModule
        ? jsonText('json.get', keyOf, layout.model)
        : hashOfStrings(keyOf, layout.model);
    }
    case 'custom':
      return customLayout(layout, owner);
  }
}

/** `[prefix:]user:userId`. The key does not tell the id type, so ids of another type are not looked for. */
export function eventStreamKey(idType: string, prefix: string): KeyOf {
  const start = prefix === '' ? '' : `${prefix}:`;
  return ({ entity, type, value }) =>
    entity === EVENT_STREAM_ENTITY && type === idType ? `${start}user:${value}` : undefined;
}

function customLayout(layout: CustomLayout, owner: KeyOwner): ProfileLayout {
  const keyOf = customKey(layout, owner);
  switch (layout.value) {
    case 'hash-of-json':
      return hashOfJson(keyOf);
    case 'hash-of-strings':
      return hashOfStrings(keyOf, layout.model);
    case 'json-string':
      return jsonText('get', keyOf, layout.model);
    case 'json-document':
      return jsonText('json.get', keyOf, layout.model);
  }
}

/** What a template leaves out it serves for one value alone, so that no two ids share a key. */
export function customKey({ key, entity, idType }: CustomLayout, owner: KeyOwner): KeyOf {
  return (id) => {
    const isServed =
      (entity === undefined || id.entity === entity) && (idType === undefined || id.type === idType);
    return isServed ? key.map((part) => partOf(part, owner, id)).join('') : undefined;
  };
}

function partOf(part: KeyPart, { workspaceId, destinationId }: KeyOwner, id: ProfileId): string {
  if ('literal' in part) {
    return part.literal;
  }
  const values = { workspaceId, destinationId, entity: id.entity, idType: id.type, idValue: id.value };
  return values[part.placeholder];
}
