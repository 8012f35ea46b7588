// Asks the hosted Activation API and a gateway for the same profiles, and says which answers differ. Lines of standard input are
// requests: {"entity":"user","destinationId":"…","id":{"type":"email","value":"…"}}. No value of a trait and no id is printed.
import { createInterface } from 'node:readline';

const { HOSTED_URL, HOSTED_TOKEN, GATEWAY_URL, GATEWAY_TOKEN } = process.env;
const TIMEOUT_MS = 10_000;

/** One answer of either side: its status, and what it says. */
async function ask(base, token, body) {
  const response = await fetch(`${base}/activation`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  return { status: response.status, data: response.ok ? JSON.parse(text).data : undefined };
}

/** Where two answers differ, in words; none where they say the same. */
function differences(hosted, ours) {
  if (hosted.status !== ours.status) {
    return [`status ${hosted.status} there, ${ours.status} here`];
  }
  const models = new Set([...Object.keys(hosted.data ?? {}), ...Object.keys(ours.data ?? {})]);
  return [...models].flatMap((model) => {
    const [there, here] = [hosted.data[model], ours.data[model]];
    if (there === undefined || here === undefined) {
      return [`model ${model} is only ${there === undefined ? 'here' : 'there'}`];
    }
    const traits = new Set([...Object.keys(there), ...Object.keys(here)]);
    return [...traits]
      .filter((trait) => canonical(there[trait]) !== canonical(here[trait]))
      .map((trait) => `trait ${model}.${trait} differs`);
  });
}

/** The same text for the same value, whatever the order of its keys. */
function canonical(value) {
  return JSON.stringify(value, (_, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

let asked = 0;
let same = 0;
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== '') {
    asked += 1;
    const [hosted, ours] = await Promise.all([
      ask(HOSTED_URL, HOSTED_TOKEN, line),
      ask(GATEWAY_URL, GATEWAY_TOKEN, line),
    ]);
    const found = differences(hosted, ours);
    same += found.length === 0 ? 1 : 0;
    for (const difference of found) {
      console.log(`line ${asked}: ${difference}`);
    }
  }
}
console.log(`${same} of ${asked} answers are the same`);
process.exitCode = same === asked ? 0 : 1;
