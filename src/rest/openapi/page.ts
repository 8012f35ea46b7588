/** The document as a page that needs no script and no network. */

import { markup, text } from './markup.js';
import type { JsonSchema, Method, OpenApiDocument, Operation, Response } from './model.js';

const STYLE = `
  :root { color-scheme: light dark; --line: light-dark(#d0d7de, #3d444d); --soft: light-dark(#f6f8fa, #161b22); --muted: light-dark(#59636e, #9198a1); --link: light-dark(#0550ae, #79c0ff); }
  * { box-sizing: border-box; }
  html { background: light-dark(#ffffff, #0d1117); color: light-dark(#1f2328, #f0f6fc); }
  body { font: 1rem/1.6 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
  a { color: var(--link); }
  h1, h2, h3 { line-height: 1.25; }
  h2 { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.3rem; }
  h3 { margin: 1.5rem 0 0.5rem; font-size: 1rem; }
  code, pre { font: 0.9em/1.5 ui-monospace, monospace; }
  code { overflow-wrap: anywhere; }
  pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem 1rem; overflow-x: auto; }
  .scroll { overflow-x: auto; }
  table { border-collapse: collapse; width: 100%; min-width: 38rem; }
  th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--line); }
  .muted { color: var(--muted); }
  td p { margin: 0 0 0.25rem; }
`;

export function openApiPage(document: OpenApiDocument): string {
  const { info, components } = document;
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    (['get', 'post', 'delete'] as const).flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ path, method, operation }];
    }),
  );
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>REST · ${text(info.title)}</title>
    <link rel="icon" href="data:,">
    <style>${STYLE}</style>
  </head>
  <body>
    <header>
      <h1>${text(info.title)} <span class="muted">${text(info.version)}</span></h1>
      <p>${markup(info.summary)}</p>
      <p>${markup(info.description)}</p>
      <p>This page is <a href="openapi.json">openapi.json</a> (OpenAPI ${document.openapi}), for people. Calls send <code>Authorization: Bearer …</code> unless it says otherwise.</p>
      <nav aria-label="Calls"><ul>${operations
        .map(
          ({ path, method, operation }) =>
            `<li><a href="#${text(operation.operationId)}"><code>${method.toUpperCase()} ${text(path)}</code></a> ${markup(operation.summary)}</li>`,
        )
        .join('')}</ul></nav>
    </header>
    <main>
      ${operations.map(({ path, method, operation }) => operationSection(path, method, operation)).join('')}
      <h2 id="schemas">Bodies</h2>
      ${Object.entries(components.schemas)
        .map(([name, schema]) => schemaSection(name, schema))
        .join('')}
    </main>
  </body>
</html>
`;
}

function operationSection(path: string, method: Method, operation: Operation): string {
  const { operationId, summary, description, requestBody, responses, security } = operation;
  const [request] = Object.values(requestBody?.content['application/json'].examples ?? {});
  return `<section aria-labelledby="${text(operationId)}">
        <h2 id="${text(operationId)}"><code>${method.toUpperCase()} ${text(path)}</code></h2>
        <p><strong>${markup(summary)}.</strong> ${markup(description)}${security === undefined ? '' : ' No token is needed.'}</p>
        ${request === undefined ? '' : `<h3>Request: ${schemaLink(requestBody?.content['application/json'].schema ?? {})}</h3>${json(request.value)}`}
        <h3>Responses</h3>
        <div class="scroll" role="region" aria-label="Responses of ${method.toUpperCase()} ${text(path)}" tabindex="0"><table>
          <thead><tr><th scope="col">Status</th><th scope="col">When</th><th scope="col">Body</th></tr></thead>
          <tbody>${Object.entries(responses)
            .map(([status, response]) => responseRow(status, response))
            .join('')}</tbody>
        </table></div>
      </section>
      `;
}

function responseRow(status: string, { description, headers = {}, content }: Response): string {
  const { schema, examples } = content['application/json'];
  const names = Object.keys(headers).filter((name) => name !== 'X-Request-Id');
  return `<tr><th scope="row">${text(status)}</th><td>${description
    .split('\n\n')
    .map((paragraph) => `<p>${markup(paragraph)}</p>`)
    .join(
      '',
    )}${names.length === 0 ? '' : `<p class="muted">Headers: ${names.map((name) => `<code>${text(name)}</code>`).join(', ')}</p>`}</td><td>${schemaLink(schema)}${Object.values(
    examples,
  )
    .map(({ value }) => `<p><code>${text(JSON.stringify(value))}</code></p>`)
    .join('')}</td></tr>`;
}

function schemaSection(name: string, schema: JsonSchema): string {
  return `<section aria-labelledby="${text(name)}"><h3 id="${text(name)}">${text(name)}</h3>${json(schema)}</section>`;
}

function schemaLink({ $ref, oneOf }: JsonSchema): string {
  if (Array.isArray(oneOf)) {
    return oneOf.map(schemaLink).join(' or ');
  }
  const name = String($ref).split('/').at(-1) ?? '';
  return `<a href="#${text(name)}">${text(name)}</a>`;
}

function json(value: unknown): string {
  return `<pre tabindex="0"><code>${text(JSON.stringify(value, undefined, 2))}</code></pre>`;
}
