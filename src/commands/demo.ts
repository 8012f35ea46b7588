import { type Command, InvalidArgumentError } from 'commander';
import type { RedisSettings } from '../config/config.js';
import { PLAIN_REDIS } from '../config/defaults.js';
import { UsageError } from './command-error.js';
import type { CommandIo } from './io.js';

const DEFAULT_PORT = 4000;

/** `demo`: a gateway full of sample profiles, with everything that is needed to try it. */
export function addDemoCommand(program: Command, { env, print }: CommandIo): void {
  program
    .command('demo')
    .description('serve sample profiles on this machine, with a token and a query to try')
    .option('--redis <url>', 'load the sample profiles into this Redis and serve from it', parseRedisUrl)
    .addHelpText(
      'after',
      `
PORT in the environment overrides the port (${DEFAULT_PORT}).

Examples:
  $ activation-gateway demo
  $ PORT=4001 activation-gateway demo --redis redis://localhost:6379`,
    )
    .action(async ({ redis }: { redis?: RedisSettings }) => {
      const { runDemo } = await import('./run-demo.js');
      await runDemo({ port: parsePort(env.PORT), ...(redis === undefined ? {} : { redis }) }, print);
    });
}

function parsePort(text: string | undefined): number {
  if (text === undefined || text === '') {
    return DEFAULT_PORT;
  }
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError('PORT must be a whole number from 0 to 65535.');
  }
  return port;
}

function parseRedisUrl(text: string): RedisSettings {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    throw new InvalidArgumentError('Give redis://HOST:PORT, or rediss://HOST:PORT for TLS.');
  }
  const database = Number(url.pathname.slice(1) || '0');
  if (!Number.isInteger(database)) {
    throw new InvalidArgumentError('The path of the URL is the number of the database: redis://HOST:PORT/0.');
  }
  return {
    ...PLAIN_REDIS,
    addresses: [{ host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || '6379') }],
    database,
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(url.protocol === 'rediss:' ? { tls: { skipVerify: false } } : {}),
  };
}
