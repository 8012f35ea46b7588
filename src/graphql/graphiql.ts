import type { GraphiQLOptions } from 'graphql-yoga';
import { exampleOperations } from './operations.js';

/** What the page opens with. */
export interface GraphiQLSettings {
  /** Put into the headers of every tab. Only ever the demo's token: a page is for anyone who opens it. */
  readonly accessToken?: string;
}

/** GraphiQL as one HTML page that loads nothing from elsewhere, the example operations as its tabs. */
export async function renderGraphiQLPage({ accessToken }: GraphiQLSettings): Promise<string> {
  // Nine megabytes of script that most processes never show: loaded when a browser first asks.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const headers = JSON.stringify(
    { authorization: `Bearer ${accessToken ?? 'your access token'}` },
    undefined,
    2,
  );
  const options: GraphiQLOptions = {
    title: 'activation-gateway',
    endpoint: '/graphql',
    defaultHeaders: headers,
    headers,
    defaultEditorToolsVisibility: 'variables',
    defaultTabs: exampleOperations().map(({ query, variables }) => ({
      query,
      variables: JSON.stringify(variables, undefined, 2),
      headers,
    })),
  };
  return renderGraphiQL(options);
}
