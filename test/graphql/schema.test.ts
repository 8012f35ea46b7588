import { readFileSync } from 'node:fs';
import {
  type GraphQLNamedType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  buildSchema as parseSdl,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildSchema, printSdl } from '../../src/graphql/schema.js';

const PUBLISHED = new URL('../../schema/schema.graphql', import.meta.url);

describe('the schema', () => {
  it('is the published one; `npm run schema` writes it anew', () => {
    expect(readFileSync(PUBLISHED, 'utf8')).toBe(printSdl());
  });

  it('is valid SDL', () => {
    expect(() => parseSdl(printSdl())).not.toThrow();
  });

  it('describes every type, field and argument', () => {
    const undescribed: string[] = [];
    for (const type of Object.values(buildSchema().getTypeMap()).filter(isOurs)) {
      note(type.name, type);
      if (isObjectType(type) || isInputObjectType(type)) {
        for (const field of Object.values(type.getFields())) {
          note(`${type.name}.${field.name}`, field);
          for (const argument of 'args' in field ? field.args : []) {
            note(`${type.name}.${field.name}(${argument.name})`, argument);
          }
        }
      }
    }
    expect(undescribed).toEqual([]);

    function note(name: string, { description }: { readonly description?: string | null | undefined }): void {
      if (!description) {
        undescribed.push(name);
      }
    }
  });
});

function isOurs(type: GraphQLNamedType): boolean {
  return !isSpecifiedScalarType(type) && !isIntrospectionType(type);
}
