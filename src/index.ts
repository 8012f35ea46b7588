/** The library's face, for people who embed the gateway in a server of their own. */

export { type AccessToken, hashAccessToken, mintAccessToken } from './access/access-token.js';
export {
  createProfileTokenSigner,
  type ProfileToken,
  type ProfileTokenRequest,
  type ProfileTokenSigner,
  type ProfileTokenSignerOptions,
} from './access/profile-tokens/sign.js';
export type { AccessTokenConfig, Config, ProfileTokenKeyConfig } from './config/config.js';
export { ConfigError } from './config/config-error.js';
export { loadConfig, parseConfig } from './config/load.js';
export { ERROR_STATUS, type ErrorCode } from './errors.js';
export { createGateway, type Gateway, type GatewayOptions } from './gateway.js';
export { METRICS_TYPE } from './telemetry/metrics/content-type.js';
export { metricsText } from './telemetry/metrics/exposition.js';
