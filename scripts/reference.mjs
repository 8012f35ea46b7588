// Writes the tables of docs/configuration.md from the schema: keys, types, bounds and defaults. What a key means and an example are
// written in the page itself, and nowhere else. With --check, says what is not as the schema has it. Another page may be named.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { configurationReference } from '../dist/config/reference.js';

const PAGE = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));
const [file = PAGE] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
/** Words of the page for text of a certain kind. */
const TEXTS = ['text', 'path', 'PEM text', 'address', 'time'];
const KEY_ROW = /^\| `(\w+)` \|/;

const reference = configurationReference();
const page = readFileSync(file, 'utf8');
const faults = [];
const written = [...reference].reduce(writeSection, page);

if (process.argv.includes('--check')) {
  faults.push(...unknownSections());
  const lines = written.split('\n');
  const drifted = lines.filter((line) => KEY_ROW.test(line) && !page.split('\n').includes(line));
  const gone = page.split('\n').filter((line) => KEY_ROW.test(line) && !lines.includes(line));
  faults.push(
    ...gone.map((line) => `the page has  ${line}`),
    ...drifted.map((line) => `the schema has  ${line}`),
  );
  if (faults.length > 0 || written !== page) {
    console.error(
      `${file} is not what src/config makes: run npm run docs:reference, and look at the change.\n${faults.join('\n')}`,
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, written);
  if (faults.length > 0) {
    console.error(faults.join('\n'));
    process.exitCode = 1;
  }
}

function writeSection(text, [path, variants]) {
  if (isLimit(path)) {
    return text;
  }
  const heading = path === '' ? '## The file\n' : `## \`${path}\`\n`;
  const start = text.indexOf(heading);
  if (start === -1) {
    faults.push(
      `${heading.trim()}: the page has no such heading, with a table of the section's keys below it`,
    );
    return text;
  }
  const next = text.indexOf('\n## ', start + 1);
  const end = next === -1 ? text.length : next;
  const rewritten = writeTable(text.slice(start, end), path, variants);
  return text.slice(0, start) + rewritten + text.slice(end);
}

function writeTable(section, path, variants) {
  const lines = section.split('\n');
  const isRow = (line) => KEY_ROW.test(line);
  const rows = new Map(lines.filter(isRow).map((line) => [KEY_ROW.exec(line)[1], cellsOf(line)]));
  const keys = [...new Set(variants.flatMap((one) => one.map(({ key }) => key)))];
  const header = lines.findIndex((line) => line.startsWith('| key |'));
  if (header === -1) {
    faults.push(`${path}: the section has no table`);
    return section;
  }
  const columns = cellsOf(lines[header]);
  const order = [...rows.keys()].filter((key) => keys.includes(key));
  const table = [...order, ...keys.filter((key) => !rows.has(key))].map((key) => {
    const old = rows.get(key) ?? [];
    const cell = (name) => old[columns.indexOf(name)] ?? '';
    const facts = variants.map((one) => one.find((each) => each.key === key));
    const meaning = cell('meaning') || cell('what is counted');
    if (meaning === '') {
      faults.push(`${path}.${key}: the page does not say what it means`);
    }
    const example = cell('example');
    if (!takesExample(facts, example)) {
      faults.push(`${path}.${key}: the example ${example} is refused`);
    }
    const cells = {
      key: `\`${key}\``,
      type: typeCell(facts, cell('type')),
      default: defaultCell(facts, cell('default')),
      'max, default': limitCell(facts),
      'what is counted': meaning,
      meaning,
      example,
    };
    return `| ${columns.map((name) => cells[name]).join(' | ')} |`.replaceAll('  |', ' |');
  });
  const first = header + 2;
  const rest = lines.slice(first).filter((line) => !isRow(line));
  return [...lines.slice(0, first), ...table, ...rest].join('\n');
}

/** Those that the page has, and the schema does not. */
function unknownSections() {
  return Array.from(page.matchAll(/^## `(.+)`$/gm), ([heading, path]) => ({ heading, path }))
    .filter(({ path }) => !reference.has(path))
    .map(({ heading }) => `${heading}: the schema has no such section`);
}

/** The cells of a row; a | within code does not part them. */
function cellsOf(line) {
  return line
    .slice(1, -1)
    .split(/ ?\|(?: |$)/)
    .map((cell) => cell.trim());
}

/** @param facts of the key, one a variant; undefined in a variant that does not know it */
function typeCell(facts, old) {
  const kinds = facts.filter(Boolean).map(({ value }) => value);
  if (kinds.every(({ kind }) => kind === 'choice')) {
    return choice([...new Set(kinds.flatMap(({ values }) => values))], old);
  }
  const allowed = kinds.map((kind) => typeOf(kind, old));
  return allowed.includes(old) ? old : allowed[0];
}

function typeOf(kind, old) {
  switch (kind.kind) {
    case 'text':
      return TEXTS.includes(old) ? old : 'text';
    case 'flag':
      return 'true or false';
    case 'number':
      return `${kind.isWhole ? 'whole number' : 'number'}, ${kind.min} to ${kind.max}`;
    case 'choice':
      return choice(kind.values, old);
    case 'section':
      return old.startsWith('mapping as ') && old.includes(`(${anchor(kind.path)})`)
        ? old
        : `[mapping](${anchor(kind.path)})`;
    case 'list':
      return listType(kind.of, old);
    default:
      return old.startsWith('mapping') ? old : kind.kind;
  }
}

function listType(of, old) {
  if (of.kind === 'section') {
    const link = `](${anchor(of.path)})`;
    return old.startsWith('list of [') && old.endsWith(link) ? old : `list of [mappings${link}`;
  }
  return old === '[patterns](#patterns)' || old.startsWith('list of ') || old.includes('or list of ')
    ? old
    : 'list of texts';
}

function choice(values, old) {
  if (values.length === 1) {
    // One value alone is text to a reader: what other values do stands in its meaning.
    return TEXTS.includes(old) ? old : `\`${values[0]}\``;
  }
  const words = values.map((value) => `\`${value}\``);
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** What holds in every variant is written; where variants differ, the page's words must tell all of it. */
function defaultCell(facts, old) {
  const known = facts.filter(Boolean);
  const defaults = new Set(
    known.map(({ byDefault }) => defaultText(byDefault)).filter((text) => text !== ''),
  );
  const isEverywhere = known.length === facts.length;
  const isRequired = known.every((one) => one.isRequired);
  if (isRequired && isEverywhere) {
    return old.startsWith('required') ? old : 'required';
  }
  if (defaults.size === 1 && known.every(({ byDefault }) => defaultText(byDefault) !== '') && isEverywhere) {
    return [...defaults][0];
  }
  const tells = [...defaults, ...(known.some((one) => one.isRequired) ? ['required'] : [])];
  const isValue = /^`(?:\d+|true|false)`$/.test(old) || (old === 'required' && tells.length === 0);
  if (tells.every((text) => old.includes(text) || (text === 'required' && old.startsWith('one of')))) {
    return isValue && tells.length === 0 ? 'none' : old || 'none';
  }
  return tells.join('; ');
}

function defaultText(value) {
  if (value === undefined || value === '' || (typeof value === 'object' && !Array.isArray(value))) {
    return '';
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? '' : `\`[${value.join(', ')}]\``;
  }
  return `\`${value}\``;
}

/** Of a limit: a section of `max` and `mode`. Empty for anything else. */
function limitCell([facts]) {
  const value = facts?.value;
  const max = value?.kind === 'section' && isLimit(value.path) ? keysOf(value.path).max : undefined;
  return max === undefined ? '' : `${max.value.min} to ${max.value.max}, ${max.byDefault}`;
}

function isLimit(path) {
  return Object.keys(keysOf(path)).sort().join() === 'max,mode';
}

function keysOf(path) {
  return Object.fromEntries((reference.get(path) ?? []).flat().map((facts) => [facts.key, facts]));
}

/** What is in the environment, or cut short, cannot be tried. */
function takesExample(facts, example) {
  const code = /^`(.+)`$/.exec(example)?.[1];
  if (code === undefined || code.includes('${') || code.includes('…')) {
    return true;
  }
  const value = parse(code);
  return facts.some((one) => one?.takes(value));
}

function anchor(path) {
  return `#${path.toLowerCase().replaceAll(/[^a-z]/g, '')}`;
}
