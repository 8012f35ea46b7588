import { hashAccessToken, mintAccessToken } from '../access/access-token.js';
import { removeAccessToken, replaceSecret } from '../config/edit-access-tokens.js';
import type { CommandIo } from './io.js';
import { type JsonOption, toJson } from './json-option.js';

const MS_AN_HOUR = 3_600_000;

/**
 * Takes an access token out of the configuration.
 * @throws ConfigError when there is none of that name, or the file cannot be changed.
 */
export async function runTokenRevoke(
  name: string,
  { file, json }: { readonly file: string } & JsonOption,
  print: CommandIo['print'],
): Promise<void> {
  const changed = await removeAccessToken(file, name);
  if (json) {
    print(toJson({ name, config: changed }));
    return;
  }
  print(
    `${name} was taken out of ${changed}. A running gateway refuses it, and what was minted with it, within a second.`,
  );
}

/**
 * Gives an access token another secret, which is shown once.
 * @param overlapHours how long the secret before still works; 0 for not at all
 * @throws ConfigError when there is none of that name, or the file cannot be changed.
 */
export async function runTokenRotate(
  name: string,
  { file, overlapHours, json }: { readonly file: string; readonly overlapHours: number } & JsonOption,
  print: CommandIo['print'],
): Promise<void> {
  const token = mintAccessToken();
  const end = overlapHours === 0 ? undefined : new Date(Date.now() + overlapHours * MS_AN_HOUR);
  const changed = await replaceSecret(file, name, hashAccessToken(token), end);
  if (json) {
    print(toJson({ name, token, previousUntil: end ?? null, config: changed }));
    return;
  }
  print('The new access token, shown this once:');
  print('');
  print(`  ${token}`);
  print('');
  print(
    end === undefined
      ? `The one before stops working within a second: ${changed} no longer knows it.`
      : `The one before works until ${end.toISOString()}; ${changed} knows both. A running gateway takes the new one within a second.`,
  );
}
