/** HTTP blocks: a request line, headers, an empty line, a body. */

import { TOKEN } from './world.js';

/** @returns what is wrong with the answer; undefined where it is a success */
export async function faultOfRequest(text: string, port: number): Promise<string | undefined> {
  const [head = '', body] = text.split('\n\n', 2);
  const [line = '', ...headers] = head.split('\n');
  const [method = '', path = ''] = line.split(' ');
  const response = await fetch(`http://localhost:${port}${path}`, {
    method,
    headers: headers.map((header): [string, string] => {
      const [name = '', value = ''] = header.split(': ', 2);
      return [name, value.replace('agw_…', TOKEN)];
    }),
    ...(body === undefined ? {} : { body }),
  });
  return response.ok ? undefined : `${response.status} ${await response.text()}`;
}
