import type { HttpResponse } from './exchange.js';
import type { LandingLinks } from './landing.js';
import { escapeHtml, ownPage } from './page.js';

/** A destination, and whether it answers: `ready`, the code of the error, or why it is not asked. */
export interface DestinationState {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly status: string;
}

export interface LandingContent {
  readonly name: string;
  readonly about: string;
  readonly version?: string;
  readonly isReady: boolean;
  readonly destinations?: readonly DestinationState[];
  readonly links: LandingLinks;
  readonly curl: string;
}

interface Card {
  readonly href: string | undefined;
  readonly title: string;
  readonly text: string;
}

const STYLE = `
.lead { margin: 0; color: var(--quiet); font-size: 1.15rem; }
.version { margin-inline-start: .5rem; color: var(--quiet); font: 400 .9rem ui-monospace, Menlo, Consolas, monospace; letter-spacing: 0; white-space: nowrap; }
.state { display: inline-flex; gap: .65rem; align-items: baseline; margin: 1.25rem 0 0; }
.dot { flex: none; width: .7rem; height: .7rem; border-radius: 50%; background: #c4551a; }
.dot.ready { background: #2e9e6b; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); gap: .85rem; margin: 2rem 0 0; padding: 0; list-style: none; }
.cards a {
  display: block; height: 100%; padding: 1.1rem 1.25rem; border: 1px solid var(--line); border-radius: 12px;
  background: var(--card); color: inherit; text-decoration: none;
}
.cards a:hover { border-color: var(--pine); color: inherit; }
.cards b { display: block; color: var(--pine); font-size: 1.05rem; }
.cards span { color: var(--quiet); font-size: .925rem; line-height: 1.45; display: block; margin-top: .15rem; }
.cards .first { grid-column: 1 / -1; }
.cards .first a { padding: 1.6rem 1.75rem; border-color: var(--pine); background: var(--pine); color: var(--card); }
.cards .first b, .cards .first span { color: inherit; }
.cards .first b { font: 600 1.5rem/1.2 "Iowan Old Style", "Palatino Linotype", Georgia, ui-serif, serif; }
.cards .first span { font-size: 1rem; }
td .dot { display: inline-block; margin-inline-end: .55rem; }
`;

/** The landing page of the gateway. */
export function landingPage(content: LandingContent): HttpResponse {
  const { name, about, version, isReady, destinations, links, curl } = content;
  return ownPage({
    title: name,
    style: STYLE,
    main: `
      <h1>${escapeHtml(name)}${version === undefined ? '' : ` <span class="version">${escapeHtml(version)}</span>`}</h1>
      <p class="lead">${escapeHtml(about)}</p>
      <p class="state">${dot(isReady)} ${
        isReady
          ? 'Ready: its destinations answer.'
          : 'Not ready: a destination does not answer. <a href="/readyz">/readyz</a> says which.'
      }</p>
      <ul class="cards">${cardsOf(links).map(card).join('')}
      </ul>
      <h2>From a shell</h2>
      <pre><code>${escapeHtml(curl)}</code></pre>${destinations === undefined ? '' : tableOf(destinations)}`,
  });
}

function cardsOf({ graphiql, demo, rest, docs }: LandingLinks): readonly Card[] {
  return [
    {
      href: demo,
      title: 'A page that knows its visitor',
      text: 'The demo’s shop: change the visitor and watch the greeting, the products and the offer change.',
    },
    { href: graphiql, title: 'GraphiQL', text: 'Explore the GraphQL API, with queries to start from.' },
    {
      href: rest,
      title: 'REST reference',
      text: 'The calls of the Activation API, as its clients know them.',
    },
    { href: docs, title: 'Docs', text: 'From the quickstart to every key of the configuration.' },
    { href: '/healthz', title: 'Health', text: 'The process is up.' },
    { href: '/readyz', title: 'Readiness', text: 'Its destinations answer, or which does not.' },
  ];
}

function card({ href, title, text }: Card): string {
  return href === undefined
    ? ''
    : `
        <li${href === '/demo' ? ' class="first"' : ''}><a href="${escapeHtml(href)}"><b>${title}</b><span>${text}</span></a></li>`;
}

function tableOf(destinations: readonly DestinationState[]): string {
  const rows = destinations.map(
    ({ id, name, type, status }) => `
          <tr><td>${escapeHtml(name)}</td><td><code>${escapeHtml(id)}</code></td><td>${escapeHtml(type)}</td><td>${dot(status === 'ready')}${escapeHtml(status)}</td></tr>`,
  );
  return `
      <h2>Destinations</h2>
      <table>
        <thead><tr><th>Name</th><th>ID</th><th>Type</th><th>State</th></tr></thead>
        <tbody>${rows.join('')}
        </tbody>
      </table>`;
}

function dot(isReady: boolean): string {
  return `<span class="dot${isReady ? ' ready' : ''}" aria-hidden="true"></span>`;
}
