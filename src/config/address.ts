import { isIPv6 } from 'node:net';
import type { RedisAddress } from './config.js';

const DEFAULT_PORT = 6379;
const MAX_PORT = 65_535;

/** `[IPv6]`, or a host without colons and brackets; then a port or none. */
const ADDRESS = /^(?:\[(?<ipv6>[^\]]+)\]|(?<host>[^\s:/@[\]\p{Cc}]+))(?::(?<port>\d{1,5}))?$/u;

/**
 * Parses one node or several, comma-separated: `host:port`, `[IPv6]:port`, or either without its port, which is 6379.
 * @returns the addresses, at least one; or why there are none, without any part of the text: it may hold a password.
 */
export function parseAddresses(
  text: string,
): { readonly addresses: readonly RedisAddress[] } | { readonly problem: string } {
  if (text.includes('://')) {
    return {
      problem:
        'must be host:port without a scheme: username, password, database and secure have keys of their own',
    };
  }
  const parts = text.split(',').map((part) => part.trim());
  const addresses: RedisAddress[] = [];
  for (const [index, part] of parts.entries()) {
    const address = parseAddress(part);
    if (address === undefined) {
      const which = parts.length === 1 ? '' : ` (number ${index + 1} is not)`;
      return { problem: `must be host:port or [IPv6]:port, or several separated by commas${which}` };
    }
    addresses.push(address);
  }
  return { addresses };
}

function parseAddress(text: string): RedisAddress | undefined {
  const { ipv6, host = ipv6, port = String(DEFAULT_PORT) } = ADDRESS.exec(text)?.groups ?? {};
  const isHost = host !== undefined && (ipv6 === undefined || isIPv6(ipv6));
  const isPort = Number(port) >= 1 && Number(port) <= MAX_PORT;
  return isHost && isPort ? { host, port: Number(port) } : undefined;
}
