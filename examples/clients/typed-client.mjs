/** The client of this package: it batches, retries, and tells what is missing from what failed. */

import { ActivationError, createClient } from 'activation-gateway/client';
import { destinationId, email, fail, token, url } from './settings.mjs';

const client = createClient({ url, token });
try {
  const { exists, traits } = await client.profile({
    entity: 'user',
    destinationId,
    idType: 'email',
    idValue: email,
    names: ['FIRST_NAME', 'LOYALTY_TIER'],
  });
  const { FIRST_NAME: firstName = null, LOYALTY_TIER: tier = null } = traits.user_360 ?? {};
  console.log(JSON.stringify({ exists, firstName, tier }));
} catch (error) {
  fail(error instanceof ActivationError ? error.code : error);
}
