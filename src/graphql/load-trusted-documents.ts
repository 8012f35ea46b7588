import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { GraphQLError, parse } from 'graphql';
import { sha256 } from './trusted-documents.js';
import { TrustedDocumentsError } from './trusted-documents-error.js';

const ENDING = '.graphql';

/**
 * Reads trusted documents.
 * @param path a folder of `.graphql` files, known by the SHA-256 of their texts; or a manifest: a JSON object of ID → text,
 *   as GraphQL Code Generator and Relay write it, or Apollo's persisted query manifest
 * @returns ID → text
 * @throws TrustedDocumentsError when it cannot be read, is neither, or a document is not GraphQL.
 */
export function loadTrustedDocuments(path: string): ReadonlyMap<string, string> {
  const documents = isFolder(path) ? readFolder(path) : readManifest(path);
  for (const [id, text] of documents) {
    try {
      parse(text);
    } catch (error) {
      const reason = error instanceof GraphQLError ? error.message : 'it is nested too deeply';
      throw new TrustedDocumentsError(`${path}: the document ${id} is not GraphQL: ${reason}`);
    }
  }
  return documents;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    throw new TrustedDocumentsError(
      `${path} cannot be read: it must be a folder of ${ENDING} files, or a manifest`,
    );
  }
}

function readFolder(path: string): ReadonlyMap<string, string> {
  const texts = readdirSync(path)
    .filter((file) => file.endsWith(ENDING))
    .sort()
    .map((file) => readFileSync(join(path, file), 'utf8'));
  return new Map(texts.map((text) => [sha256(text), text]));
}

function readManifest(path: string): ReadonlyMap<string, string> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new TrustedDocumentsError(`${path} is not JSON`);
  }
  const entries =
    isObject(content) && Array.isArray(content.operations) ? apollo(content.operations) : plain(content);
  if (entries === undefined) {
    throw new TrustedDocumentsError(
      `${path} is no manifest: it must be a JSON object of ID → text, or {"operations": [{"id", "body"}]}`,
    );
  }
  return new Map(entries);
}

type Entries = (readonly [id: string, text: string])[];

function plain(content: unknown): Entries | undefined {
  if (!isObject(content)) {
    return undefined;
  }
  const entries: Entries = [];
  for (const [id, text] of Object.entries(content)) {
    if (typeof text !== 'string') {
      return undefined;
    }
    entries.push([id, text]);
  }
  return entries;
}

function apollo(operations: readonly unknown[]): Entries | undefined {
  const entries: Entries = [];
  for (const operation of operations) {
    if (!isObject(operation) || typeof operation.id !== 'string' || typeof operation.body !== 'string') {
      return undefined;
    }
    entries.push([operation.id, operation.body]);
  }
  return entries;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
