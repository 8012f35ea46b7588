/** Pages with one fault each, and what must be told of it: the checks can fail. */

interface Planted {
  readonly name: string;
  readonly text: string;
  readonly told: string;
}

const block = (language: string, text: string, remark = '') =>
  `${remark === '' ? '' : `<!-- ${remark} -->\n\n`}\`\`\`${language}\n${text}\n\`\`\`\n\n`;

export const PLANTED_BLOCKS: readonly Planted[] = [
  {
    name: 'a command that fails',
    text: block('sh', 'echo so it is; exit 3'),
    told: 'ended with 3: so it is',
  },
  {
    name: 'a command of which the first part fails',
    text: block('sh', 'false\necho ok'),
    told: 'ended with 1',
  },
  { name: 'a command that is not there', text: block('sh', 'no-such-command'), told: 'ended with 127' },
  {
    name: 'a command that changes the machine',
    text: block('sh', 'sudo true'),
    told: 'would change the machine',
  },
  {
    name: 'an answer that is an error',
    text: block(
      'sh',
      'curl -s http://localhost:4000/v1/activation -H "content-type: application/json" -d "{}"',
    ),
    told: 'Unauthorized request',
  },
  {
    name: 'an output that is another',
    text: block('sh', 'echo one') + block('text', 'two', 'prints'),
    told: 'what is printed is\none',
  },
  {
    name: 'an output of a block that was not run',
    text: block('sh', 'echo one', 'not run: no') + block('text', 'one', 'prints'),
    told: 'was not run',
  },
  {
    name: 'a server that does not come up',
    text: block('sh', 'echo nothing', 'serves: listening'),
    told: '"listening" did not come: nothing',
  },
  {
    name: 'a page to open that is not there',
    text: `${block('sh', 'npm run demo', 'serves: Ctrl-C')}Open <http://localhost:4000/nothing>.\n`,
    told: 'http://localhost:4000/nothing answers 404',
  },
  { name: 'a field that is not there', text: block('graphql', '{ nothing }'), told: 'Cannot query field' },
  {
    name: 'a lookup that is refused',
    text: block(
      'graphql',
      '{ profile(entity: "user", destinationId: "x", idType: "email", idValue: "a") { exists } }',
    ),
    told: 'INVALID_DESTINATION',
  },
  {
    name: 'a variable that nobody knows',
    text: block('graphql', 'query Q($what: Int) { destinations { id } }'),
    told: '$what',
  },
  { name: 'a request that is refused', text: block('http', 'DELETE /v2/activation'), told: '401 ' },
  {
    name: 'a configuration with a mistake',
    text: block('yaml', 'server: { prot: 1 }'),
    told: 'did you mean port',
  },
  { name: 'YAML of something else', text: block('yaml', 'kind: Deployment'), told: 'is no configuration' },
  {
    name: 'a configuration that is said to be wrong',
    text: block('yaml', 'server: { port: 1 }', 'wrong'),
    told: 'is said to be wrong, and is not',
  },
  { name: 'JSON that is none', text: block('json', '{"a":}'), told: 'SyntaxError' },
  {
    name: 'code that does not compile',
    text: block('ts', "const port: number = '4000';\nconsole.log(port);"),
    told: 'TS2322',
  },
  { name: 'code that throws', text: block('ts', "throw new Error('so it is');"), told: 'so it is' },
  {
    name: 'code that prints something else',
    text: block('ts', 'console.log(1);') + block('text', '2'),
    told: 'prints\n1\nand the page says\n2',
  },
  {
    name: 'text that nothing prints',
    text: block('text', 'out of the blue'),
    told: 'is not what some block before prints',
  },
  {
    name: 'a language that nobody knows',
    text: block('cobol', 'STOP RUN.'),
    told: 'nobody knows how to run cobol',
  },
  {
    name: 'a block that is not run for no reason',
    text: block('sh', 'true', 'not run'),
    told: 'nothing says why',
  },
];

/** Of the pages themselves. */
export const PLANTED_PAGES: readonly Planted[] = [
  { name: 'a block that does not end', text: '```sh\ntrue\n', told: 'does not end' },
  {
    name: 'a fence with more than a language',
    text: '```ts title="a"\nlet a;\n',
    told: 'a fence that is not understood',
  },
  { name: 'a remark above no block', text: '<!-- not run: because -->\n\nWords.\n', told: 'no block' },
];

export const PLANTED_LINKS: readonly Planted[] = [
  { name: 'a file that is not there', text: '[a](no-such-file.md)', told: 'no-such-file.md leads to a file' },
  { name: 'a picture that is not there', text: '![a](no-such.svg)', told: 'no-such.svg leads to a file' },
  {
    name: 'a heading that is not there',
    text: '[a](errors.md#no_such)',
    told: 'errors.md#no_such leads to a heading',
  },
  {
    name: 'a heading of its own that is not there',
    text: '# Here\n\n[a](#there)',
    told: '#there leads to a heading',
  },
  { name: 'the world outside', text: '[a](../../secret.md)', told: 'leads out of the repository' },
];

/** What a reader may write, and no fault. */
export const SOUND = [
  block('sh', 'NAME=Ada'),
  block('sh', 'echo "$NAME 4711"'),
  block('text', 'Ada …', 'prints'),
  block('ts', 'export const two = 2;', 'file: two.ts'),
  block('ts', "import { two } from './two.js';\nconsole.log(two + one);", 'given:\nconst one = 1;'),
  block('text', '3'),
  '   - in a list\n\n     ```json\n     {"a":1}\n     ```\n',
  '## A `code` & [link](errors.md)\n\n## Twice\n\n## Twice\n\n[1](#a-code--link) [2](#twice-1) `[3](#nothing)`\n',
].join('');
