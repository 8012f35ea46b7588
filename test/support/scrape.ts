/** A scrape as Prometheus would read it. */

export interface ScrapedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Scrape {
  readonly text: string;
  readonly samples: readonly ScrapedSample[];
  /** Families by name, with their type. */
  readonly types: ReadonlyMap<string, string>;
  /** The sum of the samples of this name that have these labels; 0 where there are none. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number;
}

/** @throws where it is not the text format */
export async function scrape(port: number): Promise<Scrape> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  if (
    response.status !== 200 ||
    !response.headers.get('content-type')?.startsWith('text/plain; version=0.0.4')
  ) {
    throw new Error(`no scrape: ${response.status} ${response.headers.get('content-type')}`);
  }
  const text = await response.text();
  const samples = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parseSample);
  return {
    text,
    samples,
    types: new Map(
      Array.from(text.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name = '', type = '']) => [name, type]),
    ),
    sum: (name, labels = {}) =>
      samples
        .filter(
          (sample) =>
            sample.name === name &&
            Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
        )
        .reduce((sum, { value }) => sum + value, 0),
  };
}

function parseSample(line: string): ScrapedSample {
  const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
  if (match === null || Number.isNaN(Number(match[3]?.replace('Inf', 'Infinity')))) {
    throw new Error(`not a sample: ${line}`);
  }
  const [, name = '', labels = '', value = ''] = match;
  return {
    name,
    labels: Object.fromEntries(
      Array.from(labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g), ([, key = '', text = '']) => [key, text]),
    ),
    value: Number(value.replace('Inf', 'Infinity')),
  };
}
