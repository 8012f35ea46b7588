import type { HttpResponse } from '../http/exchange.js';
import { htmlPage, type PagePolicy } from '../http/page.js';
import { exampleOperations } from './operations.js';

/** What the page opens with. */
export interface GraphiQLSettings {
  /** Put into the headers of every tab. Only ever the demo's token: a page is for anyone who opens it. */
  readonly accessToken?: string;
}

/** Where the page's own scripts begin to run. */
const ROOT = '<div id="root"></div>';

/**
 * What the page does besides running its scripts: its editor writes styles as it goes, brings its font, and starts workers
 * from what it has at hand; its queries go to the gateway it came from.
 */
const POLICY: PagePolicy = {
  directives: {
    'style-src': "'unsafe-inline'",
    'font-src': 'data:',
    'worker-src': 'blob:',
    'connect-src': "'self'",
  },
};

/** GraphiQL as one HTML page that loads nothing from elsewhere, the example operations as its tabs. */
export async function renderGraphiQLPage({ accessToken }: GraphiQLSettings): Promise<HttpResponse> {
  // Nine megabytes of script that most processes never show: loaded when a browser first asks.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const headers = JSON.stringify({ authorization: `Bearer ${accessToken ?? '…'}` }, undefined, 2);
  const page = renderGraphiQL({
    title: 'activation-gateway',
    endpoint: '/graphql',
    headers,
    // A token that someone types in is gone with the tab; the demo's is no secret.
    shouldPersistHeaders: accessToken !== undefined,
    // Without it, Yoga's own first query is opened beside the tabs.
    defaultQuery: '',
  });
  const seed = seedScript(accessToken === undefined ? null : headers);
  return htmlPage(
    page.replace(ROOT, () => `${ROOT}\n<script>${seed}</script>`),
    POLICY,
  );
}

/**
 * Puts the example operations where GraphiQL looks for the tabs of an earlier visit, unless there was one. Its option for
 * default tabs leaves the first tab without its variables, and its option for variables opens a tab more at every reload.
 */
function seedScript(headers: string | null): string {
  const tabs = exampleOperations().map(({ name, title, query, variables }) => ({
    id: name,
    title,
    query,
    variables: JSON.stringify(variables, undefined, 2),
    headers,
    operationName: title,
    response: null,
  }));
  const [first] = tabs;
  const entries = {
    'graphiql:tabState': JSON.stringify({ tabs, activeTabIndex: 0 }),
    'graphiql:query': first?.query,
    'graphiql:variables': first?.variables,
    ...(headers === null ? {} : { 'graphiql:headers': headers }),
  };
  return `if (!localStorage.getItem('graphiql:tabState')) {
  for (const [name, value] of Object.entries(${inScript(entries)})) localStorage.setItem(name, value);
}`;
}

/** JSON that no text in it can end the script element. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
