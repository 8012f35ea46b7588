import { errorResponse, jsonResponse, type Route } from './exchange.js';
import { htmlPage } from './page.js';

const ABOUT = 'Serves RudderStack profiles from your own Redis.';

/** `GET /`: says what this is and where to go on; a page for browsers, JSON for everything else. */
export function landingRoute({ graphiql }: { readonly graphiql: boolean }): Route {
  const links = {
    graphql: '/graphql',
    activation: '/v1/activation',
    openapi: '/openapi.json',
    health: '/healthz',
    readiness: '/readyz',
  };
  const page = htmlPage(pageOf(graphiql));
  return {
    path: '/',
    methods: ['GET'],
    isApi: false,
    handle: ({ headers }) =>
      (headers.accept ?? '').includes('text/html')
        ? page
        : jsonResponse(200, { name: 'activation-gateway', about: ABOUT, links }),
    refuse: errorResponse,
  };
}

function pageOf(graphiql: boolean): string {
  const graphql = graphiql
    ? '<a href="/graphql">GraphiQL</a> to explore the GraphQL API'
    : '<code>POST /graphql</code> for the GraphQL API';
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>activation-gateway</title>
    <link rel="icon" href="data:,">
    <style>
      :root { color-scheme: light dark; }
      body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1.5rem; }
      code { font-size: 0.95em; }
      li { margin: 0.4rem 0; }
    </style>
  </head>
  <body>
    <main>
      <h1>activation-gateway</h1>
      <p>${ABOUT}</p>
      <ul>
        <li>${graphql}</li>
        <li><code>POST /v1/activation</code> and <code>POST /v2/activation</code> for clients of the Activation API (<a href="/openapi">reference</a>)</li>
        <li><a href="/healthz">/healthz</a>: the process is up · <a href="/readyz">/readyz</a>: its destinations answer</li>
      </ul>
    </main>
  </body>
</html>
`;
}
