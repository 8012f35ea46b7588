/** Loaded before a measured script: when it ends, it writes down what it took, but for what the script says itself. */

import { writeFileSync } from 'node:fs';

const BYTES_A_KB = 1_024;
const MB = 1e6;

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const account = {
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMb: (maxRSS * BYTES_A_KB) / MB,
    ...globalThis.account,
  };
  writeFileSync(process.env.ACCOUNT_FILE, JSON.stringify(account));
});
