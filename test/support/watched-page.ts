/** A page of a new visitor, and what must stay empty while it is looked at. */

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface WatchedPage {
  readonly page: Page;
  /** Errors on its console or thrown in it, and requests to anywhere but its origin. */
  readonly problems: string[];
  close(): Promise<void>;
}

/** @param origin the only place that the page may ask */
export async function openWatchedPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') {
      problems.push(message.text());
    }
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (/^(https?|wss?):/.test(request.url()) && !request.url().startsWith(origin)) {
      problems.push(`request to ${request.url()}`);
    }
  });
  return { page, problems, close: () => context.close() };
}
