import type { RedisSettings } from '../config/config.js';

/**
 * What a reason means for the one who wrote the configuration.
 * @param reason the word of what went wrong: `ECONNREFUSED`, `WRONGPASS`, …
 * @param timeoutMs how long was waited, for the message
 */
export function explainRedisReason(reason: string, redis: RedisSettings, timeoutMs: number): string {
  switch (reason) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return 'nothing listens there: check address, and that Redis is running';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host of address is not known: check its spelling, and the name server';
    case 'WRONGPASS':
      return 'username or password is wrong';
    case 'NOAUTH':
      return 'the server asks for a password: set password, and username where there is an ACL user';
    case 'NOPERM':
      return 'the user may not look: allow +info +scan +type +hkeys +ping for this check; reading needs +hgetall +hmget';
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'EPROTO':
      return 'the server does not speak TLS there: set secure to false, or name its TLS port in address';
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'the certificate of the server is not trusted: set caCertificate to that of its issuer';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'the certificate is for another name: set serverName to a name on it, or use that name in address';
    case 'CERT_HAS_EXPIRED':
      return 'the certificate of the server has expired: renew it';
    case 'ClusterAllFailedError':
    case 'ERR':
      return redis.clusterMode
        ? 'no node answers as a cluster: set clusterMode to false for a single server, or check address and password'
        : 'the server refused a command: is it a Redis, 5 or newer?';
    case 'ECONNRESET':
    case 'CLOSED':
      return redis.tls === undefined
        ? 'the server hung up: where it speaks TLS, set secure to true'
        : 'the server hung up: check that it takes the client certificate, or set secure to false';
    case 'TIMEOUT':
    case 'ETIMEDOUT':
      return `no answer within ${timeoutMs / 1_000} s: check address and firewall${
        redis.tls === undefined ? '' : ', and set secure to false where the server does not speak TLS'
      }`;
    default:
      return `it cannot be used (${reason})`;
  }
}
