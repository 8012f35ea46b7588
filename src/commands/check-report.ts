import type { CommandIo } from './io.js';

const MOST_MODELS_SHOWN = 10;

/** What was found of one destination; also what `destinations check --json` prints. */
export interface CheckReport {
  readonly id: string;
  readonly name: string;
  readonly status: 'fine' | 'wrong' | 'not read';
  /** Why it is not read. */
  readonly reason?: string;
  readonly redis?: {
    readonly version: string;
    /** `single server`, `cluster`, … */
    readonly mode: string;
    readonly nodes: number;
    /** Of one PING. */
    readonly latencyMs: number;
  };
  readonly keys?: {
    readonly sampled: number;
    /** Type of a key → how many of the sample have it. */
    readonly types: Readonly<Record<string, number>>;
    /** In the order of their names. */
    readonly models: readonly string[];
  };
  /** What is wrong and what to change. */
  readonly problem?: string;
}

/** The report for people. */
export function printReport(report: CheckReport, { print, colours }: CommandIo): void {
  const { id, name, reason, redis, keys, problem } = report;
  print(`${colours.strong(id)}  ${name}`);
  if (reason !== undefined) {
    print(`  – ${reason}: listed, never read`);
  }
  if (redis !== undefined) {
    const { version, mode, nodes, latencyMs } = redis;
    print(
      `  ${colours.good('✓')} Redis ${version}, ${mode}, ${nodes === 1 ? '1 node' : `${nodes} nodes`}, ${latencyMs.toFixed(1)} ms a PING`,
    );
  }
  if (keys !== undefined) {
    const types = Object.entries(keys.types).map(([type, count]) => `${count} ${type}`);
    print(`  ${keys.sampled} keys sampled: ${types.join(', ')}`);
  }
  if (keys !== undefined && keys.models.length > 0) {
    const more = keys.models.length - MOST_MODELS_SHOWN;
    const shown = keys.models.slice(0, MOST_MODELS_SHOWN).join(', ');
    print(`  models: ${shown}${more > 0 ? `, and ${more} more` : ''}`);
  }
  if (problem !== undefined) {
    print(`  ${colours.bad('✗')} ${problem}`);
  }
}
