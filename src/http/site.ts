/** What is served at the paths of the server. A reload puts another in its place. */

import { overloaded } from '../errors.js';
import type { CrossOrigin } from './cross-origin.js';
import type { HttpRequest, HttpResponse, Route } from './exchange.js';

/** A request and what came of it. */
export interface Answered {
  readonly request: HttpRequest;
  /** Undefined where there is nothing at the path. */
  readonly route: Route | undefined;
  readonly response: HttpResponse;
  /** When its headers had come in, as performance.now() has it. */
  readonly startedAt: number;
}

export interface SiteOptions {
  readonly routes: readonly Route[];
  readonly crossOrigin: CrossOrigin;
  /**
   * Called with every response before it is sent.
   * @returns headers that the response gets besides
   */
  readonly onResponse: (answered: Answered) => Readonly<Record<string, string>>;
}

/** A request is answered wholly by the site that it found when it came, whatever is served meanwhile. */
export class Site {
  readonly crossOrigin: CrossOrigin;
  readonly onResponse: SiteOptions['onResponse'];
  readonly #places: ReadonlyMap<string, Place>;
  #requests = 0;
  #onIdle: (() => void) | undefined;

  constructor({ routes, crossOrigin, onResponse }: SiteOptions) {
    this.crossOrigin = crossOrigin;
    this.onResponse = onResponse;
    this.#places = new Map(
      routes.map((route) => [route.path, { route, whenOverloaded: route.refuse(overloaded()) }]),
    );
  }

  placeAt(path: string): Place | undefined {
    return this.#places.get(path);
  }

  /** A request has come. */
  begin(): void {
    this.#requests += 1;
  }

  /** A request was answered. */
  end(): void {
    this.#requests -= 1;
    if (this.#requests === 0) {
      this.#onIdle?.();
    }
  }

  /** Resolves when no request is being answered. To be called once no more come. */
  idle(): Promise<void> {
    return this.#requests === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#onIdle = resolve;
        });
  }
}

/** What answers at a path. */
export interface Place {
  readonly route: Route;
  /** Made once, because refusing must cost nearly nothing. */
  readonly whenOverloaded: HttpResponse;
}
