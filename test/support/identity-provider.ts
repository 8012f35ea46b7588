/** An identity provider on loopback: its JWKS over real HTTP, keys that can be rotated, and a switch to be away. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface TestIdentityProvider {
  readonly issuer: string;
  readonly jwksUri: string;
  /** How often its keys were fetched. */
  fetches(): number;
  /** The `traceparent` of the last fetch. */
  lastTrace(): string | undefined;
  /** Answers 500 from now on, or no longer. */
  setAway(isAway: boolean): void;
  /** Signs with another key from now on; the one before is withdrawn. */
  rotate(): Promise<void>;
  /** A token with these claims, good for an hour, for `activation-gateway`, unless they say otherwise. */
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

export async function startIdentityProvider(): Promise<TestIdentityProvider> {
  let key = await newKey('key-1');
  let fetches = 0;
  let isAway = false;
  let trace: string | undefined;
  let keys = 1;
  const server = createServer(({ headers }, response) => {
    fetches += 1;
    trace = headers.traceparent === undefined ? undefined : String(headers.traceparent);
    response.writeHead(isAway ? 500 : 200, { 'content-type': 'application/json' });
    response.end(isAway ? '{}' : JSON.stringify({ keys: [key.jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}/`;
  return {
    issuer,
    jwksUri: `${issuer}keys`,
    fetches: () => fetches,
    lastTrace: () => trace,
    setAway(away) {
      isAway = away;
    },
    async rotate() {
      keys += 1;
      key = await newKey(`key-${keys}`);
    },
    sign(claims) {
      const now = Math.floor(Date.now() / 1000);
      const usual = { iss: issuer, aud: 'activation-gateway', iat: now, exp: now + 3600 };
      return new SignJWT(JSON.parse(JSON.stringify({ ...usual, ...claims })))
        .setProtectedHeader({ alg: 'ES256', kid: key.kid })
        .sign(key.privateKey);
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function newKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}
