/** How lookups are written as fields of GraphQL requests, and parted so that each request is within the gateway's limits. */

import type { Lookup } from './lookup.js';

/** Lookups that one field asks for: they share its arguments. */
export type Field = readonly Lookup[];

/** Ids that one `profiles` field takes. */
const MAX_IDS_PER_FIELD = 100;
/** So that there are few texts of documents, and the gateway knows them all. */
const MAX_FIELDS = 20;
/** Bytes that a request's lookups may take at the worst: the gateway takes bodies of 1 MiB. */
const MAX_BYTES = 1_000_000;
/** A UTF-16 code unit as UTF-8, at most. */
const BYTES_PER_CODE_UNIT = 3;
/** The token of a viewer names as many ids, at most. */
const VIEWER_LOOKUPS = 20;

export function aliasOf(field: number): string {
  return `f${field}`;
}

/**
 * @param maxLookups that one request may ask for
 * @returns the fields of each request
 */
export function intoRequests(lookups: readonly Lookup[], maxLookups: number): Field[][] {
  const requests: Field[][] = [];
  let fields: Lookup[][] = [];
  let asked = Number.POSITIVE_INFINITY;
  let bytes = 0;
  for (const group of grouped(lookups)) {
    let field: Lookup[] | undefined;
    for (const lookup of group) {
      const cost = lookup.args.field === 'viewer' ? VIEWER_LOOKUPS : 1;
      const needsField = () => field === undefined || field.length === MAX_IDS_PER_FIELD;
      const own = bytesOf(lookup.id) + (needsField() ? bytesOf(lookup.args) : 0);
      if (
        asked + cost > maxLookups ||
        bytes + own > MAX_BYTES ||
        (needsField() && fields.length === MAX_FIELDS)
      ) {
        fields = [];
        requests.push(fields);
        asked = 0;
        bytes = 0;
        field = undefined;
      }
      if (field === undefined || field.length === MAX_IDS_PER_FIELD) {
        field = [];
        fields.push(field);
      }
      field.push(lookup);
      asked += cost;
      bytes += own;
    }
  }
  return requests;
}

/**
 * The body of a request. Everything that differs is a variable, and what is not asked for is null: the text depends on the kinds
 * and the number of fields alone, so that the gateway parses and compiles it once.
 */
export function bodyOf(fields: readonly Field[]): string {
  const declared: string[] = [];
  const selected: string[] = [];
  const variables: Record<string, unknown> = {};
  fields.forEach((field, at) => {
    const [first] = field;
    if (first === undefined) {
      return;
    }
    const { args } = first;
    const declare = (name: string, type: string, value: unknown) => {
      declared.push(`$${name}${at}:${type}`);
      variables[`${name}${at}`] = value ?? null;
      return `$${name}${at}`;
    };
    const traits = `exists traits(models:${declare('m', '[String!]', args.models)},names:${declare('n', '[String!]', args.names)})`;
    if (args.field === 'viewer') {
      const idType = declare('t', 'String', args.idType);
      selected.push(
        `${aliasOf(at)}:viewer{expiresAt profile(idType:${idType}){entity destinationId id{type value}${traits}}}`,
      );
    } else {
      const entity = declare('e', 'String!', args.entity);
      const destinationId = declare('d', 'ID!', args.destinationId);
      const ids = declare(
        'i',
        '[ProfileIdInput!]!',
        field.map(({ id }) => id),
      );
      selected.push(
        `${aliasOf(at)}:profiles(entity:${entity},destinationId:${destinationId},ids:${ids}){${traits}}`,
      );
    }
  });
  const query = `query Profiles(${declared.join()}){${selected.join(' ')}}`;
  return JSON.stringify({ query, variables });
}

function grouped(lookups: readonly Lookup[]): Iterable<Lookup[]> {
  const groups = new Map<string, Lookup[]>();
  for (const lookup of lookups) {
    const key = JSON.stringify(lookup.args);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [lookup]);
    } else {
      group.push(lookup);
    }
  }
  return groups.values();
}

function bytesOf(value: unknown): number {
  return BYTES_PER_CODE_UNIT * (JSON.stringify(value)?.length ?? 0);
}
