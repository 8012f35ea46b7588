/** A server that answers as Redis would if all had the same profile: for the client's code, which is to run before it is needed. */

import { type LocalServer, listenLocally } from './listen-locally.js';

/** A command of RESP: how many words it has, and the first of them. */
const COMMAND = /\*(\d+)\r\n\$\d+\r\n(\w+)\r\n/g;

/** @param profile model → its traits, as JSON; ASCII */
export function startMadeUpRedis(profile: Readonly<Record<string, string>>): Promise<LocalServer> {
  const [[, traits = ''] = []] = Object.entries(profile);
  const hash = listOf(Object.entries(profile).flat());
  const replyTo = (name: string, words: number) => {
    switch (name.toLowerCase()) {
      case 'hgetall':
        return hash;
      case 'hmget':
        return listOf(Array<string>(words - 2).fill(traits));
      default:
        return '+OK\r\n';
    }
  };
  return listenLocally((connection) => {
    let rest = '';
    connection.setNoDelay();
    connection.on('error', () => {});
    connection.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      let replies = '';
      let readTo = 0;
      for (const found of rest.matchAll(COMMAND)) {
        const [all, words, name = ''] = found;
        replies += replyTo(name, Number(words));
        readTo = found.index + all.length;
      }
      rest = rest.slice(readTo);
      connection.write(replies);
    });
  });
}

function listOf(texts: readonly string[]): string {
  return `*${texts.length}\r\n${texts.map((text) => `$${text.length}\r\n${text}\r\n`).join('')}`;
}
