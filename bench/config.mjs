/** The gateway's configuration: authentication, grants, limits, metrics, the audit and its log switched on. */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const METRICS = 'metrics: { port: 0 }\n';

/** @param more further lines; metrics, unless said */
export function configText({ redisPort, token, workspaceId, destinationId, more = METRICS }) {
  return `destinations:
  - { id: ${destinationId}, workspaceId: ${workspaceId}, type: REDIS, timeoutMs: 5000, config: { address: "127.0.0.1:${redisPort}", clusterMode: false } }
accessTokens:
  - name: bench
    role: reader
    destinations: [${destinationId}]
    entities: [user]
    models: ["!hidden"]
    sha256: ${createHash('sha256').update(token).digest('hex')}
server:
  host: 127.0.0.1
  port: 0
${more}`;
}

/** The same as a file, which is there while the work is done: the gateway watches it. */
export async function withConfigFile(settings, work) {
  const folder = mkdtempSync(join(tmpdir(), 'activation-gateway-bench-'));
  const file = join(folder, 'gateway.yaml');
  writeFileSync(file, configText(settings).replace('port: 0', `port: \${PORT}`));
  try {
    return await work(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
