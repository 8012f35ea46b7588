/** `GET /openapi.json`, and `/openapi` for people. Both are the same for everyone, and tell nothing of the configuration's data. */

import { errorResponse, type HttpResponse, jsonResponse, type Route } from '../../http/exchange.js';
import { htmlPage } from '../../http/page.js';
import { openApiDocument } from './document.js';
import { openApiPage } from './page.js';
import type { SchemaSettings } from './schemas.js';

export function openApiRoutes(settings: SchemaSettings): Route[] {
  // Made when first asked for: most processes never are.
  let document: HttpResponse | undefined;
  let page: HttpResponse | undefined;
  const plain = { methods: ['GET'], isApi: false, refuse: errorResponse };
  return [
    {
      ...plain,
      path: '/openapi.json',
      handle() {
        document ??= jsonResponse(200, openApiDocument(settings));
        return document;
      },
    },
    {
      ...plain,
      path: '/openapi',
      handle() {
        page ??= htmlPage(openApiPage(openApiDocument(settings)));
        return page;
      },
    },
  ];
}
