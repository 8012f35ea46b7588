/** The text of a configuration file as plain data, completed from the environment, with the line of every value. */

import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { DocumentPath } from './document-path.js';
import { type Environment, substitute } from './environment.js';
import { describeYamlProblem } from './yaml-problem.js';

/** Stands where a value could not be read: its mistake is known, and no rule for the value may add another. */
export const UNREADABLE = Symbol('unreadable');

/** What is wrong with the text at some place of it, whatever the values mean. */
export interface SourceMistake {
  /** Its keys are whatever stands before a colon, and may be secrets that a slip of the pen made keys. */
  readonly path: DocumentPath;
  /** Counted from 1. */
  readonly line: number;
  /** Holds nothing of the text but names of environment variables. */
  readonly message: string;
}

export interface Source {
  /** Objects, arrays, texts, numbers, booleans and nulls; {@link UNREADABLE} in the places of some mistakes. */
  readonly value: unknown;
  /** Of syntax, keys given twice, aliases and environment variables. */
  readonly mistakes: readonly SourceMistake[];
  /** Whether there is no {@link UNREADABLE} at `path`. */
  isReadable(path: DocumentPath): boolean;
  /** Line of what `path` leads to, counted from 1; of the nearest mapping or list on the way where nothing is there. */
  lineOf(path: DocumentPath): number;
}

/** Aliases (`*name`) that are followed in one file: a few dozen could otherwise stand for billions of values. */
const MAX_ALIASES = 100;
/** Levels of mappings and lists; a configuration needs five. */
const MAX_DEPTH = 50;

/**
 * Never throws: a text that is not YAML gives {@link UNREADABLE}, and the mistakes that say why.
 * @param env the variables that `${NAME}` may name; undefined for a text that knows no variables
 */
export function readSource(text: string, env: Environment | undefined): Source {
  const lineCounter = new LineCounter();
  const document = parseDocument<Node>(text, {
    lineCounter,
    prettyErrors: false,
    // Found below, with their path, and without giving up on the rest of the file.
    uniqueKeys: false,
    stringKeys: true,
    // Whatever a %YAML directive says: `yes` is text and a time is text.
    schema: 'core',
    resolveKnownTags: false,
  });
  return new SourceReader(document, lineCounter, env).read();
}

/** Where a value lies. */
interface Place {
  readonly path: DocumentPath;
  readonly line: number;
  /** Offsets of its first character, its key included, and of what follows it. */
  readonly start: number;
  readonly end: number;
}

class SourceReader {
  readonly #document: Document;
  readonly #lineCounter: LineCounter;
  readonly #env: Environment | undefined;
  readonly #mistakes: SourceMistake[] = [];
  /** By {@link placeKey}; what holds a value stands before it. */
  readonly #places = new Map<string, Place>();
  /** Keys of {@link UNREADABLE} places. */
  readonly #unreadablePlaces = new Set<string>();
  #aliasesFollowed = 0;

  constructor(document: Document, lineCounter: LineCounter, env: Environment | undefined) {
    this.#document = document;
    this.#lineCounter = lineCounter;
    this.#env = env;
  }

  read(): Source {
    const { errors, warnings, contents } = this.#document;
    // After a syntax error the rest is guesswork: what looks like a key may be half of a password.
    const value = errors.length > 0 ? this.#unreadable([], []) : this.#readNode(contents, []);
    this.#addYamlProblems([...errors, ...warnings]);
    return {
      value,
      mistakes: this.#mistakes,
      isReadable: (path) => !this.#unreadablePlaces.has(placeKey(path)),
      lineOf: (path) => this.#lineOf(path),
    };
  }

  #readNode(node: unknown, path: DocumentPath): unknown {
    if (path.length > MAX_DEPTH) {
      return this.#unreadable(path, ['is nested too deeply']);
    }
    if (isAlias(node)) {
      return this.#readAlias(node, path);
    }
    if (isMap(node)) {
      return this.#readMap(node, path);
    }
    if (isSeq(node)) {
      return this.#readSeq(node, path);
    }
    const value = isScalar(node) ? node.value : null;
    return typeof value === 'string' ? this.#complete(value, path) : value;
  }

  #readAlias(alias: Alias, path: DocumentPath): unknown {
    this.#aliasesFollowed += 1;
    if (this.#aliasesFollowed > MAX_ALIASES) {
      const isFirst = this.#aliasesFollowed === MAX_ALIASES + 1;
      return this.#unreadable(
        path,
        isFirst ? [`goes past the limit of ${MAX_ALIASES} aliases (*) in a file`] : [],
      );
    }
    const target = alias.resolve(this.#document);
    return target === undefined
      ? this.#unreadable(path, [
          'refers with * to an anchor that is not there: put text that begins with * in quotes',
        ])
      : this.#readNode(target, path);
  }

  #readMap(map: YAMLMap, path: DocumentPath): unknown {
    const entries = new Map<string, unknown>();
    for (const { key, value } of map.items) {
      const name = isScalar(key) ? String(key.value) : '';
      const [start, end] = [rangeOf(key)?.[0] ?? 0, (rangeOf(value) ?? rangeOf(key))?.[2] ?? 0];
      const line = this.#lineAt(start);
      if (value === null) {
        // The name is not shown: `{ s3cret }` is a mapping with a key and no value.
        this.#addMistake(path, line, 'has an entry that is not "key: value"');
      } else if (name === '__proto__') {
        // The one key that the schema could not see.
        this.#addMistake([...path, name], line, 'is not a known key');
      } else if (entries.has(name)) {
        this.#addMistake(
          [...path, name],
          line,
          `is here twice, first on line ${this.#lineOf([...path, name])}`,
        );
      } else {
        this.#addPlace({ path: [...path, name], line, start, end });
        entries.set(name, this.#readNode(value, [...path, name]));
      }
    }
    return Object.fromEntries(entries);
  }

  #readSeq(seq: YAMLSeq, path: DocumentPath): unknown {
    return seq.items.map((item, index) => {
      const [start = 0, , end = 0] = rangeOf(item) ?? [];
      this.#addPlace({ path: [...path, index], line: this.#lineAt(start), start, end });
      return this.#readNode(item, [...path, index]);
    });
  }

  #complete(text: string, path: DocumentPath): unknown {
    if (this.#env === undefined) {
      return text;
    }
    const result = substitute(text, this.#env);
    return 'text' in result ? result.text : this.#unreadable(path, result.problems);
  }

  #addYamlProblems(problems: readonly YAMLError[]): void {
    const seen = new Set<string>();
    for (const { code, pos } of problems) {
      const line = this.#lineAt(pos[0]);
      const message = describeYamlProblem(code);
      // One slip often has the library complain several times.
      if (!seen.has(`${line} ${message}`)) {
        seen.add(`${line} ${message}`);
        this.#addMistake(this.#pathAt(pos[0]), line, message);
      }
    }
  }

  #unreadable(path: DocumentPath, messages: readonly string[]): typeof UNREADABLE {
    for (const message of messages) {
      this.#addMistake(path, this.#lineOf(path), message);
    }
    this.#unreadablePlaces.add(placeKey(path));
    return UNREADABLE;
  }

  #addMistake(path: DocumentPath, line: number, message: string): void {
    this.#mistakes.push({ path, line, message });
  }

  #addPlace(place: Place): void {
    this.#places.set(placeKey(place.path), place);
  }

  #lineOf(path: DocumentPath): number {
    for (let length = path.length; length > 0; length -= 1) {
      const place = this.#places.get(placeKey(path.slice(0, length)));
      if (place !== undefined) {
        return place.line;
      }
    }
    return this.#lineAt(rangeOf(this.#document.contents)?.[0] ?? 0);
  }

  #lineAt(offset: number): number {
    return this.#lineCounter.linePos(offset).line;
  }

  /** The innermost value around an offset. */
  #pathAt(offset: number): DocumentPath {
    return (
      [...this.#places.values()].findLast(({ start, end }) => start <= offset && offset < end)?.path ?? []
    );
  }
}

function placeKey(path: DocumentPath): string {
  return JSON.stringify(path);
}

function rangeOf(node: unknown): Node['range'] {
  return isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
}
