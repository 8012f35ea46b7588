/** Debian's Chromium, or whichever CHROMIUM names, driven by playwright-core. */

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of a Chromium, if there is one. */
export function findChromium(): string | undefined {
  return process.env.CHROMIUM ?? CANDIDATES.find((file) => existsSync(file));
}

/** @throws when there is none; the global setup has seen to it that there is. */
export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error('No Chromium on this machine');
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
