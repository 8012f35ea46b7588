import { type Command, InvalidArgumentError, Option } from 'commander';
import { COLUMN_TYPES, type ColumnType } from '../loading/column-type.js';
import type { TableFormat } from '../loading/table.js';
import type { CommandIo } from './io.js';

/** The options of `load`, as given. */
export interface LoadCommandOptions {
  readonly config: string;
  readonly destination?: string;
  readonly entity?: string;
  readonly idType?: string;
  readonly idColumn?: string;
  readonly model?: string;
  readonly project?: string;
  readonly format?: TableFormat;
  readonly delimiter: string;
  readonly null: string;
  readonly columns?: readonly string[];
  readonly exclude?: readonly string[];
  readonly type: ReadonlyMap<string, ColumnType>;
  readonly schema?: string;
  readonly jsonColumns?: readonly string[];
  readonly dryRun?: boolean;
  readonly rejects?: string;
  readonly checkpoint?: string;
  readonly replace?: boolean;
  readonly yes?: boolean;
  readonly maxRemovals: MaxRemovals;
  readonly batch: number;
  readonly retrySeconds: number;
  readonly json?: boolean;
}

/** A number of profiles, or a part of those that have the model. */
export type MaxRemovals = { readonly profiles: number } | { readonly share: number };

const MAX_BATCH = 10_000;
const MAX_RETRY_SECONDS = 86_400;

/** `load`: a table into a destination, as RudderStack would have synced it. */
export function addLoadCommand(program: Command, io: CommandIo): void {
  program
    .command('load')
    .description(
      'load rows of CSV, NDJSON or Parquet into a destination, in the layout that RudderStack writes',
    )
    .argument('<file...>', 'the tables, plain or gzip; - for standard input')
    .option('-c, --config <file>', 'the configuration file', 'gateway.yaml')
    .option('--destination <id>', 'the ID of the destination; may be left out where there is one alone')
    .option('--entity <entity>', 'what the rows are about, user for example')
    .option('--id-type <type>', 'what identifies them, email for example')
    .option('--id-column <column>', 'the column with the ids; the one named like the id type when left out')
    .option('--model <model>', 'the name under which the traits are stored')
    .option('--project <file>', 'a pb_project.yaml: load for every id type that its entity serves')
    .addOption(
      new Option('--format <format>', 'what the file is, where its name does not tell').choices([
        'csv',
        'ndjson',
        'parquet',
      ]),
    )
    .option('--delimiter <character>', 'between the cells of CSV; \\t for tabs', parseDelimiter, ',')
    .option('--null <text>', 'cells of CSV that are null, besides empty ones, \\N for example', '')
    .option('--columns <names>', 'the columns that become traits, parted by commas; all but ids', parseNames)
    .option('--exclude <names>', 'columns that become no traits, parted by commas', parseNames)
    .option(
      '--type <column=type>',
      `the type of a column: ${COLUMN_TYPES.join(', ')}; may be given often`,
      addType,
      new Map(),
    )
    .option('--schema <file>', 'a file with the types, as YAML or JSON: ZIP: string')
    .option('--json-columns <names>', 'columns whose text is JSON, parted by commas', parseNames)
    .option('--dry-run', 'show keys and values of the first rows, and write nothing')
    .option('--rejects <file>', 'where rows that cannot be loaded go, each with the reason')
    .option(
      '--checkpoint <file>',
      'where it is kept how far the load has come; the same command goes on from there',
    )
    .option('--replace', 'take the model out of profiles that are not in the table, when all of it is loaded')
    .option('--yes', 'do not ask before --replace removes')
    .option(
      '--max-removals <number>',
      'most profiles that --replace may take the model from: a number, or a share such as 5%',
      parseMaxRemovals,
      { share: 0.1 },
    )
    .option('--batch <rows>', 'rows sent together', wholeNumber(MAX_BATCH), 500)
    .option(
      '--retry-seconds <seconds>',
      'how long a Redis that is away is waited for',
      wholeNumber(MAX_RETRY_SECONDS),
      60,
    )
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      `
Ends with 0 when every row is loaded, 1 when it could not start, 2 when rows were rejected, 3 when it stopped before
the end, 4 when --replace removed nothing of what it should.

Examples:
  $ activation-gateway load users.csv.gz --entity user --id-type email --model user_360
  $ activation-gateway load users.parquet --project pb_project.yaml --checkpoint load.json --rejects rejects.ndjson
  $ zcat users.ndjson.gz | activation-gateway load - --format ndjson --entity user --id-type user_id --model user_360`,
    )
    .action(async (files: string[], options: LoadCommandOptions) => {
      const { runLoad } = await import('./run-load.js');
      process.exitCode = await runLoad(files, options, io);
    });
}

function parseNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) {
    throw new InvalidArgumentError('Give names of columns, parted by commas.');
  }
  return names;
}

function parseDelimiter(text: string): string {
  const character = text === '\\t' ? '\t' : text;
  if (!/^[\t -~]$/.test(character) || character === '"') {
    throw new InvalidArgumentError('Give one ASCII character other than a quote, or \\t for tabs.');
  }
  return character;
}

function addType(text: string, types: ReadonlyMap<string, ColumnType>): ReadonlyMap<string, ColumnType> {
  const at = text.lastIndexOf('=');
  const type = COLUMN_TYPES.find((known) => known === text.slice(at + 1));
  if (at < 1 || type === undefined) {
    throw new InvalidArgumentError(
      `Give column and type, as in ZIP=string; the types: ${COLUMN_TYPES.join(', ')}.`,
    );
  }
  return new Map([...types, [text.slice(0, at), type]]);
}

function parseMaxRemovals(text: string): MaxRemovals {
  const [, digits = '', percent] = /^(\d+(?:\.\d+)?)(%)?$/.exec(text) ?? [];
  const number = Number(digits);
  if (digits === '' || (percent === undefined ? !Number.isInteger(number) : number > 100)) {
    throw new InvalidArgumentError('Give a whole number of profiles, or a share such as 5%.');
  }
  return percent === undefined ? { profiles: number } : { share: number / 100 };
}

function wholeNumber(max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < 1 || number > max) {
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
    }
    return number;
  };
}
