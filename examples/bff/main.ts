/** Starts the BFF in front of the gateway of `npm run demo`, unless the environment names another. */

import { createBff } from './server.js';

const {
  PORT = '3000',
  GATEWAY_URL = 'http://localhost:4000',
  GATEWAY_TOKEN = 'agw_demo-token-for-sample-profiles-only',
  DESTINATION_ID = '2XkZr9qTn0aLw5cVb7dQe1mYp3s',
} = process.env;

createBff({
  gateway: { url: GATEWAY_URL, token: GATEWAY_TOKEN },
  destinationId: DESTINATION_ID,
  onFailure: (code) => console.error(`the gateway answered ${code}`),
}).listen(Number(PORT), '127.0.0.1', () => console.log(`http://localhost:${PORT}`));
