/** GraphQL blocks, each a request to the gateway. */

import { buildSchema, type OperationDefinitionNode, parse, validateSchema } from 'graphql';
import { DESTINATION, TOKEN } from './world.js';

/** What the variables of the guides' operations stand for. */
const VALUES: Readonly<Record<string, unknown>> = {
  destinationId: DESTINATION,
  email: 'ada@example.com',
  visitor: 'anon-ada',
  domain: 'example.com',
  userId: 'u-1001',
  ids: [{ type: 'email', value: 'ada@example.com' }],
};

/** @returns what is wrong with it; undefined where it is answered, whole and without an error */
export async function faultOfGraphQL(text: string, port: number): Promise<string | undefined> {
  const document = parse(text);
  const operations = document.definitions.filter((one) => one.kind === 'OperationDefinition');
  if (operations.length === 0) {
    return validateSchema(buildSchema(text)).map(String).join('\n') || undefined;
  }
  for (const operation of operations) {
    const fault = await faultOfOperation(text, operation, port);
    if (fault !== undefined) {
      return fault;
    }
  }
  return undefined;
}

async function faultOfOperation(
  query: string,
  { name, selectionSet, variableDefinitions = [] }: OperationDefinitionNode,
  port: number,
): Promise<string | undefined> {
  const names = variableDefinitions.map(({ variable }) => variable.name.value);
  const unknown = names.find((one) => !(one in VALUES));
  if (unknown !== undefined) {
    return `nobody says what $${unknown} is: see VALUES in test/docs/graphql.ts`;
  }
  const ofViewer = selectionSet.selections.some((one) => one.kind === 'Field' && one.name.value === 'viewer');
  const answer = await post(
    `http://localhost:${port}/graphql`,
    {
      query,
      operationName: name?.value,
      variables: Object.fromEntries(names.map((one) => [one, VALUES[one]])),
    },
    ofViewer ? await profileToken(port) : TOKEN,
  );
  const { data, errors }: { data?: Record<string, unknown> | null; errors?: unknown } = JSON.parse(answer);
  return errors !== undefined || data == null || Object.values(data).includes(null) ? answer : undefined;
}

/** Of Ada. */
async function profileToken(port: number): Promise<string> {
  const body = { destinationId: DESTINATION, entity: 'user', ids: VALUES.ids };
  const { token }: { token: string } = JSON.parse(
    await post(`http://localhost:${port}/v1/profile-tokens`, body, TOKEN),
  );
  return token;
}

async function post(url: string, body: unknown, token: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.text();
}
