/** `GET /openapi.json`, and `/openapi` for people. Both are the same for everyone, and tell nothing of the configuration's data. */

import { readFileSync } from 'node:fs';
import { errorResponse, type HttpResponse, jsonResponse, type Route } from '../../http/exchange.js';
import { htmlPage } from '../../http/page.js';
import { openApiDocument } from './document.js';
import { openApiPage } from './page.js';
import type { SchemaSettings } from './schemas.js';

export function openApiRoutes(settings: SchemaSettings): Route[] {
  // Made when first asked for: most processes never are.
  let document: HttpResponse | undefined;
  let page: HttpResponse | undefined;
  const made = () => openApiDocument({ ...settings, version: packageVersion() });
  const plain = { methods: ['GET'], isApi: false, refuse: errorResponse };
  return [
    {
      ...plain,
      path: '/openapi.json',
      handle() {
        document ??= jsonResponse(200, made());
        return document;
      },
    },
    {
      ...plain,
      path: '/openapi',
      handle() {
        page ??= htmlPage(openApiPage(made()));
        return page;
      },
    },
  ];
}

function packageVersion(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  );
  return version;
}
