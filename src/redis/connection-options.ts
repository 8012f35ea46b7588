import type { RedisOptions } from 'ioredis';
import type { RedisSettings, TlsSettings } from '../config/config.js';

/** Longest wait for a TCP and TLS connection. Requests do not wait for it: they give up at their own time-out. */
const CONNECT_TIMEOUT_MS = 5_000;
/** How long a server may take to agree to a connection's end before it is cut. */
const DISCONNECT_TIMEOUT_MS = 100;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
/** A connection that leaves commands unanswered this many time-outs long is taken for dead and made anew. */
const DEAD_AFTER_TIMEOUTS = 4;
const DEAD_AFTER_AT_LEAST_MS = 1_000;

/** How every connection of the gateway behaves, whichever server it leads to. */
export function connectionOptions(settings: RedisSettings, timeoutMs: number) {
  return {
    db: settings.database,
    ...(settings.username === undefined ? {} : { username: settings.username }),
    ...(settings.password === undefined ? {} : { password: settings.password }),
    ...(settings.tls === undefined ? {} : { tls: tlsOptions(settings.tls) }),
    connectionName: 'activation-gateway',
    disableClientInfo: true,
    // The reads need nothing of RESP3, and RESP2 is spoken by every server and proxy.
    protocol: 2,
    lazyConnect: true,
    // It asks for INFO, which many an ACL user may not; a server that is loading says so to every read.
    enableReadyCheck: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    socketTimeout: Math.max(DEAD_AFTER_AT_LEAST_MS, DEAD_AFTER_TIMEOUTS * timeoutMs),
    retryStrategy: pauseBeforeAttempt,
    // Nothing waits for a server that is away: commands fail at once, and so do those that a lost connection leaves.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  } satisfies RedisOptions;
}

/** Doubling pauses with jitter, so that many gateways do not come back in step. In milliseconds. */
export function pauseBeforeAttempt(attempt: number): number {
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
  return pauseMs * (0.75 + Math.random() / 4);
}

function tlsOptions(tls: TlsSettings): NonNullable<RedisOptions['tls']> {
  return {
    rejectUnauthorized: !tls.skipVerify,
    ...(tls.caCertificate === undefined ? {} : { ca: tls.caCertificate }),
    ...(tls.clientCertificate === undefined ? {} : { cert: tls.clientCertificate }),
    ...(tls.clientKey === undefined ? {} : { key: tls.clientKey }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  };
}
