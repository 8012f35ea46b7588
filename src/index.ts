/** The library's face, for people who embed the gateway in a server of their own. */

export { type AccessToken, hashAccessToken, mintAccessToken } from './access/access-token.js';
export type { Config } from './config/config.js';
export { ConfigError } from './config/config-error.js';
export { loadConfig, parseConfig } from './config/load.js';
export { ERROR_STATUS, type ErrorCode } from './errors.js';
export { createGateway, type Gateway, type GatewayOptions } from './gateway.js';
