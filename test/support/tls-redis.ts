/** A real Redis server that speaks TLS. */

import { type RedisServer, startRedis } from './redis-server.js';
import { onServerPort } from './server-port.js';
import type { TlsCertificates } from './tls-certificates.js';

export interface TlsRedis {
  /** The TLS port. */
  readonly port: number;
  /** `127.0.0.1:PORT`, of the TLS port. */
  readonly address: string;
  /** `rediss://127.0.0.1:PORT`, of the TLS port. */
  readonly url: string;
  /**
   * The same server seen from behind, over a second port without TLS: for putting data, counting, stopping. Nothing that
   * is tested goes there.
   */
  readonly server: RedisServer;
  /** Ends the server; the certificates stay. May be called twice. */
  close(): Promise<void>;
}

export interface TlsRedisOptions {
  readonly certificates: TlsCertificates;
  /** Whether a client must show a certificate of the same authority; false by default. */
  readonly requireClientCertificate?: boolean;
  /** Further arguments of the server, `--requirepass` and its value for one. */
  readonly args?: readonly string[];
}

/** Resolves when the server answers. Its TLS port takes nothing but TLS. */
export function startTlsRedis(options: TlsRedisOptions): Promise<TlsRedis> {
  const { certificates, requireClientCertificate = false, args = [] } = options;
  const tlsArgs = [
    ['--tls-cert-file', certificates.server.certificateFile],
    ['--tls-key-file', certificates.server.keyFile],
    ['--tls-ca-cert-file', certificates.authority.certificateFile],
    ['--tls-auth-clients', requireClientCertificate ? 'yes' : 'no'],
  ].flat();
  return onServerPort(async (port) => {
    const server = await startRedis({ args: ['--tls-port', String(port), ...tlsArgs, ...args] });
    return {
      port,
      address: `127.0.0.1:${port}`,
      url: `rediss://127.0.0.1:${port}`,
      server,
      close: () => server.close(),
    };
  });
}
