/** This gateway in the measured process, for what has to be asked of it from inside: its heap, its event loop. */

import { parseConfig } from '../../dist/config/load.js';
import { createGateway } from '../../dist/gateway.js';
import { createLogger } from '../../dist/telemetry/logger.js';
import { configText } from '../config.mjs';
import { measured, settings } from './measured.mjs';

const gateway = createGateway({ config: parseConfig(configText(settings), {}), logger: createLogger() });
await gateway.warmUp();
const { port } = await gateway.listen();
measured(port);
