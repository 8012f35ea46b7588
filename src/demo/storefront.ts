/** The storefront at `/demo`: the files of `examples/storefront`, and the server of the shop that knows its visitors. */

import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { badRequest } from '../errors.js';
import { errorResponse, jsonResponse, type Route } from '../http/exchange.js';
import { htmlPage } from '../http/page.js';
import { parseObject } from '../rest/json-object.js';

/** Signs a token for the profile of one visitor, known by the anonymous id. */
export type MintForVisitor = (
  anonymousId: string,
) => Promise<{ readonly token: string; readonly expiresAt: Date }>;

const FOLDER = new URL('../../examples/storefront/', import.meta.url);
const PAGE = 'index.html';
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};
const MAX_ID_CHARACTERS = 512;

/** Everything under `/demo`. */
export function storefrontRoutes(mint: MintForVisitor): Route[] {
  return [pageRoute(), ...readdirSync(FOLDER).flatMap(fileRoute), sessionRoute(mint)];
}

function pageRoute(): Route {
  const page = htmlPage(read(PAGE), {
    directives: {
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data:",
      'connect-src': "'self'",
    },
  });
  return { path: '/demo', methods: ['GET'], isApi: false, handle: () => page, refuse: errorResponse };
}

function fileRoute(file: string): Route[] {
  const mediaType = MEDIA_TYPES[extname(file)];
  if (mediaType === undefined) {
    return [];
  }
  const response = {
    status: 200,
    headers: { 'content-type': `${mediaType}; charset=utf-8` },
    body: read(file),
  };
  return [
    {
      path: `/demo/${file}`,
      methods: ['GET'],
      isApi: false,
      handle: () => response,
      refuse: errorResponse,
    },
  ];
}

/** Stands for a BFF, except that it believes the page who its visitor is: the profiles are samples. */
function sessionRoute(mint: MintForVisitor): Route {
  return {
    path: '/demo/session',
    methods: ['POST'],
    isApi: true,
    async handle(request) {
      const { visitor } = parseObject(await request.jsonText());
      if (typeof visitor !== 'string' || visitor === '' || visitor.length > MAX_ID_CHARACTERS) {
        throw badRequest(`visitor must be an anonymous id of 1 to ${MAX_ID_CHARACTERS} characters`);
      }
      return jsonResponse(201, await mint(visitor));
    },
    refuse: errorResponse,
  };
}

function read(file: string): string {
  return readFileSync(new URL(file, FOLDER), 'utf8');
}
