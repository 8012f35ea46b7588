import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { stringify } from 'yaml';
import { createProfileTokenSigner } from '../access/profile-tokens/sign.js';
import { loadConfig } from '../config/load.js';
import { CommandError, UsageError } from './command-error.js';
import { indent } from './indent.js';
import type { CommandIo } from './io.js';
import { type JsonOption, toJson } from './json-option.js';

/** The options of `profile-token create`, as given. */
export interface ProfileTokenOptions extends JsonOption {
  readonly accessToken: string;
  readonly destination: string;
  readonly entity: string;
  readonly id: readonly { readonly type: string; readonly value: string }[];
  readonly model?: readonly string[];
  readonly trait?: readonly string[];
  readonly expiresIn?: number;
  readonly config: string;
}

const SECRET_BYTES = 48;

/** Prints a new key as the configuration takes it. */
export function runProfileTokenKey(
  algorithm: 'EdDSA' | 'HS256',
  { json }: JsonOption,
  print: CommandIo['print'],
): void {
  const kid = `${new Date().toISOString().slice(0, 10)}-${randomBytes(3).toString('hex')}`;
  const material = algorithm === 'HS256' ? newSecret() : newKeyPair();
  if (json) {
    print(toJson({ kid, algorithm, ...material }));
    return;
  }
  print('Add to profileTokens.keys in the configuration, before the others; it is secret:');
  print('');
  if ('secret' in material) {
    print(indent(stringify([{ kid, algorithm, ...material }]).trimEnd()));
    return;
  }
  const { privateKey, publicKey } = material;
  print(indent(stringify([{ kid, algorithm, privateKey }]).trimEnd()));
  print('');
  print('Or, where a BFF holds the private key and the gateway only verifies:');
  print('');
  print(
    indent(stringify([{ kid, algorithm, publicKey, accessToken: 'name-of-its-access-token' }]).trimEnd()),
  );
}

function newSecret(): { readonly secret: string } {
  return { secret: randomBytes(SECRET_BYTES).toString('base64url') };
}

function newKeyPair(): { readonly privateKey: string; readonly publicKey: string } {
  return generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

/**
 * Signs a profile token without a gateway, and prints it.
 * @throws ConfigError when the file is not valid; CommandError when no key can sign, or the request is out of bounds.
 */
export async function runProfileTokenCreate(
  options: ProfileTokenOptions,
  { env, print }: CommandIo,
): Promise<void> {
  const { profileTokens, accessTokens } = await loadConfig(options.config, env);
  const { accessToken, destination, entity, id, model, trait, expiresIn } = options;
  if (!accessTokens.some(({ name }) => name === accessToken)) {
    throw new CommandError(
      `There is no access token named ${accessToken}: \`token list\` shows those there are.`,
    );
  }
  const key = profileTokens?.keys.find(
    (candidate) =>
      (candidate.algorithm === 'HS256' || candidate.privateKey !== undefined) &&
      (candidate.accessToken === undefined || candidate.accessToken === accessToken),
  );
  if (profileTokens === undefined || key === undefined) {
    throw new CommandError(
      `${options.config} has no key that signs for ${accessToken}: \`profile-token key\` makes one.`,
    );
  }
  const lifeSeconds = expiresIn ?? profileTokens.lifeSeconds;
  if (lifeSeconds > profileTokens.maxLifeSeconds) {
    throw new UsageError(
      `--expires-in must be at most ${profileTokens.maxLifeSeconds}: maxLifeSeconds says so.`,
    );
  }
  const { token, expiresAt } = await createProfileTokenSigner({
    key,
    accessToken,
    audience: profileTokens.audience,
  }).sign({ destinationId: destination, entity, ids: id, models: model, traits: trait, lifeSeconds });
  if (options.json) {
    print(toJson({ token, expiresAt }));
    return;
  }
  print(`Profile token, until ${expiresAt.toISOString()}:`);
  print('');
  print(`  ${token}`);
}
