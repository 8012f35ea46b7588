/** This gateway, as `serve` runs it: authentication, grants, limits, the audit and its log switched on. */

import { createHash } from 'node:crypto';
import { parseConfig } from '../../dist/config/load.js';
import { createGateway } from '../../dist/gateway.js';
import { createLogger } from '../../dist/telemetry/logger.js';
import { measured, settings } from './measured.mjs';

const { redisPort, token, workspaceId, destinationId } = settings;
const config = parseConfig(
  `destinations:
  - { id: ${destinationId}, workspaceId: ${workspaceId}, type: REDIS, timeoutMs: 5000, config: { address: "127.0.0.1:${redisPort}", clusterMode: false } }
accessTokens:
  - { name: bench, role: reader, destinations: [${destinationId}], entities: [user], models: ["!hidden"], sha256: ${createHash('sha256').update(token).digest('hex')} }
server: { host: 127.0.0.1, port: 0 }
`,
  {},
);
const gateway = createGateway({ config, logger: createLogger() });
await gateway.connect();
const { port } = await gateway.listen();
measured(port);
