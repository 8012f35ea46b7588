/** The example of the contract, line for line. */
export const CONTRACT_EXAMPLE = `destinations:
  - id: 2XkZr9qTn0aLw5cVb7dQe1mYp3s      # the Destination ID
    workspaceId: 2Wk0aBcDeFgHiJkLmNoPqRsTuV
    name: Production Redis
    type: REDIS                            # anything else is listed, but answers 404
    enabled: true
    config:                                # the keys that RudderStack's Redis destination uses
      address: localhost:6379              # comma-separated nodes in cluster mode
      username: gateway                    # ours: Redis ACL user
      password: \${REDIS_PASSWORD}          # \${NAME}: from the environment; unset is an error at start
      database: "0"
      clusterMode: false                   # left out: detected when connecting
      secure: false
      skipVerify: false
      caCertificate: ""
      prefix: ""
      useJSONModule: false
accessTokens:
  - name: storefront-bff
    sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    role: reader                           # admin: every destination; reader: what it is granted
    destinations: [2XkZr9qTn0aLw5cVb7dQe1mYp3s]
    expiresAt: 2027-06-30T00:00:00Z        # optional
server:
  host: 0.0.0.0
  port: 4000
`;

/** The same with one line, told by how it begins, put differently; `undefined` takes it out. */
export function exampleWith(line: string, replacement: string | undefined): string {
  const lines = CONTRACT_EXAMPLE.split('\n');
  const index = lines.findIndex((text) => text.trimStart().startsWith(line));
  if (index === -1) {
    throw new Error(`the example has no line that begins with ${line}`);
  }
  const indent = ' '.repeat((lines[index] ?? '').search(/\S/));
  return lines.toSpliced(index, 1, ...(replacement === undefined ? [] : [indent + replacement])).join('\n');
}
