/**
 * Metrics that have a name in common and differ in their labels. To count is to add to a field: what scrapes need is made
 * when one comes.
 */

import { Counter } from './counter.js';
import { Histogram } from './histogram.js';

/** How the values of several processes become one. */
export type Aggregation = 'sum' | 'min' | 'max' | 'first';

/** One number of a scrape. */
export interface Sample {
  /** Where it is not the family's: `…_bucket`, `…_sum`, `…_count`. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a family holds at one moment, in the shape that prom-client has for its own, so that both are added up alike. */
export interface FamilySnapshot {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly aggregator: Aggregation;
  readonly values: readonly Sample[];
}

/** What every family's name begins with. */
const PREFIX = 'activation_gateway_';

/** A family whose members are made when their labels first come. */
abstract class Family<Label extends string, Member> {
  readonly name: string;
  readonly help: string;
  readonly #labelNames: readonly Label[];
  readonly #members = new Map<string, { readonly labels: Readonly<Record<Label, string>>; member: Member }>();

  /**
   * @param name without the prefix that all share
   * @param labelNames their values must come from a closed set, or from the configuration
   */
  constructor(name: string, help: string, labelNames: readonly Label[]) {
    this.name = `${PREFIX}${name}`;
    this.help = help;
    this.#labelNames = labelNames;
  }

  /** The member of these labels. To be kept by whoever counts often. */
  with(labels: Readonly<Record<Label, string>>): Member {
    const key = this.#labelNames.map((name) => labels[name]).join('\n');
    const known = this.#members.get(key);
    if (known !== undefined) {
      return known.member;
    }
    const member = this.create();
    this.#members.set(key, { labels, member });
    return member;
  }

  snapshot(): FamilySnapshot {
    const values = Array.from(this.#members.values(), ({ labels, member }) => this.samples(labels, member));
    return { name: this.name, help: this.help, type: this.type, aggregator: 'sum', values: values.flat() };
  }

  protected abstract readonly type: FamilySnapshot['type'];
  protected abstract create(): Member;
  protected abstract samples(labels: Readonly<Record<Label, string>>, member: Member): readonly Sample[];
}

/** Numbers that only grow. */
export class CounterFamily<Label extends string> extends Family<Label, Counter> {
  protected readonly type = 'counter';

  protected create(): Counter {
    return new Counter();
  }

  protected samples(labels: Readonly<Record<Label, string>>, { value }: Counter): readonly Sample[] {
    return [{ labels, value }];
  }
}

/** Numbers of which it matters how many were how large. */
export class HistogramFamily<Label extends string> extends Family<Label, Histogram> {
  protected readonly type = 'histogram';
  readonly #bounds: readonly number[];

  /** @param bounds the largest value of each bucket, ascending; what is larger than all is counted too */
  constructor(name: string, help: string, labelNames: readonly Label[], bounds: readonly number[]) {
    super(name, help, labelNames);
    this.#bounds = bounds;
  }

  protected create(): Histogram {
    return new Histogram(this.#bounds);
  }

  protected samples(labels: Readonly<Record<Label, string>>, histogram: Histogram): readonly Sample[] {
    const buckets = histogram.cumulated().map(({ bound, count }) => ({
      metricName: `${this.name}_bucket`,
      labels: { ...labels, le: bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound) },
      value: count,
    }));
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: histogram.sum },
      { metricName: `${this.name}_count`, labels, value: histogram.count },
    ];
  }
}

/** Numbers that go up and down. They are read when a scrape comes, from those who know. */
export class GaugeFamily<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly #aggregator: Aggregation;
  readonly #sources = new Set<() => readonly GaugeValue<Label>[]>();

  constructor(name: string, help: string, aggregator: Aggregation) {
    this.name = `${PREFIX}${name}`;
    this.help = help;
    this.#aggregator = aggregator;
  }

  /** @returns ends it: for what is no longer there to be read */
  readFrom(source: () => readonly GaugeValue<Label>[]): () => void {
    this.#sources.add(source);
    return () => this.#sources.delete(source);
  }

  snapshot(): FamilySnapshot {
    return {
      name: this.name,
      help: this.help,
      type: 'gauge',
      aggregator: this.#aggregator,
      values: Array.from(this.#sources, (read) => read()).flat(),
    };
  }
}

export interface GaugeValue<Label extends string> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly value: number;
}
