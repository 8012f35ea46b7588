/** One HTTP response, and what it says of each lookup. */

import {
  ActivationError,
  type ErrorOrigin,
  GATEWAY_ERROR_STATUS,
  isGatewayErrorCode,
} from './activation-error.js';
import { aliasOf, type Field } from './fields.js';
import type { Lookup } from './lookup.js';
import { isObject } from './profile.js';

/** What became of a lookup; undefined where the reply does not say, because the failure of another field took it along. */
export type Verdict = { readonly value: unknown } | ActivationError | undefined;

export class Reply {
  readonly status: number;
  readonly #requestId: string | undefined;
  /** Undefined where the response does not say. */
  readonly retryAfterSeconds: number | undefined;
  /** Undefined where it is not JSON. */
  readonly #body: unknown;

  constructor(status: number, headers: Headers, body: string) {
    this.status = status;
    this.#requestId = headers.get('x-request-id') ?? undefined;
    this.retryAfterSeconds = parseRetryAfter(headers.get('retry-after'));
    this.#body = parseJson(body);
  }

  /** Whether it asks to be asked again. */
  get isRetryable(): boolean {
    return isRetryableStatus(this.status);
  }

  /**
   * What came is not what a gateway answers.
   * @param code of an error that this client does not know
   */
  unexpected(code?: unknown): ActivationError {
    return new ActivationError(
      'UNEXPECTED_RESPONSE',
      typeof code === 'string' && /^[A-Z_]{1,60}$/.test(code)
        ? `The answer is ${code} (HTTP ${this.status}), which this client does not know`
        : `The answer is not one of an activation-gateway (HTTP ${this.status}): is url right, or did a proxy answer?`,
      this.#origin(this.status),
    );
  }

  /** @returns for every lookup of the fields what became of it */
  verdicts(fields: readonly Field[]): Map<Lookup, Verdict> {
    const { data, errors = [] } = isObject(this.#body) ? this.#body : {};
    const verdicts = new Map<Lookup, Verdict>();
    const failed = this.#errors(errors);
    fields.forEach((field, at) => {
      const alias = aliasOf(at);
      // Where no root field was answered the status says so, and nothing is taken for an answer.
      const answered = isObject(data) && this.status === 200;
      const found = answered ? data[alias] : undefined;
      field.forEach((lookup, place) => {
        const error = failed.get(`${alias}.${place}`) ?? failed.get(alias);
        const value = lookup.args.field === 'viewer' ? found : itemOf(found, field.length, place);
        if (error !== undefined) {
          verdicts.set(lookup, error);
        } else if (answered) {
          verdicts.set(lookup, value === undefined ? this.unexpected() : { value });
        } else {
          verdicts.set(lookup, failed.get('') ?? (failed.size === 0 ? this.unexpected() : undefined));
        }
      });
    });
    return verdicts;
  }

  /** By the place they are about: a field (`f0`), one of its ids (`f0.3`), or the whole request (empty). The first counts. */
  #errors(errors: unknown): Map<string, ActivationError> {
    const byPlace = new Map<string, ActivationError>();
    for (const error of Array.isArray(errors) ? errors : []) {
      const [alias = '', place] = isObject(error) && Array.isArray(error.path) ? error.path : [];
      const key = typeof place === 'number' ? `${alias}.${place}` : String(alias);
      if (!byPlace.has(key)) {
        byPlace.set(key, this.#errorOf(error));
      }
    }
    return byPlace;
  }

  #errorOf(error: unknown): ActivationError {
    const { message, extensions } = isObject(error) ? error : {};
    const code = isObject(extensions) ? extensions.code : undefined;
    return isGatewayErrorCode(code)
      ? new ActivationError(code, String(message), this.#origin(GATEWAY_ERROR_STATUS[code]))
      : this.unexpected(code);
  }

  #origin(status: number): ErrorOrigin {
    return {
      status,
      requestId: this.#requestId,
      retryAfterSeconds: isRetryableStatus(status) ? this.retryAfterSeconds : undefined,
    };
  }
}

/** Asked again later, the same question may be answered: too many, or something is away. */
export function isRetryableStatus(status: number | undefined): boolean {
  return status === 429 || status === 503;
}

/** @returns undefined for what is neither a profile nor a failure in its place */
function itemOf(list: unknown, length: number, place: number): unknown {
  return Array.isArray(list) && list.length === length ? (list[place] ?? undefined) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds, or a date. */
function parseRetryAfter(header: string | null): number | undefined {
  if (header === null) {
    return undefined;
  }
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
