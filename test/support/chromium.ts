/** Debian's Chromium, or whichever CHROMIUM names, driven by playwright-core. */

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export function launchChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? CANDIDATES.find((file) => existsSync(file));
  if (executablePath === undefined) {
    throw new Error(
      'The browser tests need Chromium: apt-get install chromium, or name one: CHROMIUM=/path/to/it npm test',
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      // As root there is no sandbox to have; the pages are our own.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
