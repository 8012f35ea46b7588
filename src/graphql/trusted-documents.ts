/** Operations that are known ahead, by an ID or by the hash of their text. */

import { createHash } from 'node:crypto';
import { documentNotFound, documentNotTrusted } from '../errors.js';
import type { RequestParams } from './request-params.js';

export interface TrustedDocuments {
  /** `prefer` takes others too, and says so. */
  readonly mode: 'prefer' | 'only';
  /** ID → text. */
  readonly byId: ReadonlyMap<string, string>;
}

/** A request with the text of what it asks for. */
export interface ResolvedParams {
  readonly params: RequestParams;
  /** False where a document is used that is not known. */
  readonly isTrusted: boolean;
}

/** The keys by which clients name a document: the GraphQL-over-HTTP draft's, and older ones. */
const ID_KEYS = ['documentId', 'id'] as const;

/** Finds what a request asks for by ID, and tells what is trusted. */
export class TrustedDocumentResolver {
  readonly #documents: TrustedDocuments;
  /** SHA-256 of every text, in hex. */
  readonly #hashes: ReadonlySet<string>;

  constructor(documents: TrustedDocuments) {
    this.#documents = documents;
    this.#hashes = new Set(Array.from(documents.byId.values(), sha256));
  }

  /**
   * @throws PERSISTED_QUERY_NOT_FOUND for an ID that is not known; DOCUMENT_NOT_TRUSTED where only known documents are
   *   served and this is none.
   */
  resolve(requested: RequestParams): ResolvedParams {
    const { mode, byId } = this.#documents;
    const { documentId, id, query, ...params } = requested;
    const asked = documentId ?? id ?? persistedHash(requested);
    if (query === undefined || query === null) {
      if (typeof asked !== 'string') {
        return { params: { query, ...params }, isTrusted: true };
      }
      // As the draft writes the hash of a text; without the prefix it is Apollo's.
      const text = byId.get(asked) ?? byId.get(asked.replace(/^sha256:/, ''));
      if (text === undefined) {
        throw documentNotFound();
      }
      return { params: { query: text, ...params }, isTrusted: true };
    }
    const isTrusted = typeof query === 'string' && this.#hashes.has(sha256(query));
    if (!isTrusted && mode === 'only') {
      throw documentNotTrusted();
    }
    return { params: { query, ...params }, isTrusted };
  }
}

/** A request where no documents are known: an ID names nothing. */
export function withoutDocuments(requested: RequestParams): RequestParams {
  const { query } = requested;
  const isById = ID_KEYS.some((key) => key in requested) || persistedHash(requested) !== undefined;
  if (isById && (query === undefined || query === null)) {
    throw documentNotFound();
  }
  const { documentId, id, ...params } = requested;
  return params;
}

/** The hex SHA-256 of a document's text. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** As Apollo's clients send it. */
function persistedHash({ extensions }: RequestParams): unknown {
  if (typeof extensions !== 'object' || extensions === null || !('persistedQuery' in extensions)) {
    return undefined;
  }
  const { persistedQuery } = extensions;
  return typeof persistedQuery === 'object' && persistedQuery !== null && 'sha256Hash' in persistedQuery
    ? persistedQuery.sha256Hash
    : undefined;
}
