import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
} from 'cockatiel';

/** Pipelines that a node must fail in a row before it is left alone. */
const FAILURES_BEFORE_OPEN = 5;
/** How long a node is left alone before one pipeline tries it again. */
const OPEN_MS = 500;

const STATE_NAMES = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
  // By hand, which nobody does here.
  [CircuitState.Isolated]: 'open',
} as const;

/** A circuit breaker for each node of a destination: a node that hangs is not asked by every request anew. */
export class Circuits<Outcome extends { readonly ok: boolean }> {
  readonly #circuits = new Map<string, CircuitBreakerPolicy>();
  readonly #onChange: (node: string, state: 'open' | 'closed') => void;

  /** @param onChange is told when a circuit opens, and when it closes again */
  constructor(onChange: (node: string, state: 'open' | 'closed') => void) {
    this.#onChange = onChange;
  }

  /**
   * Does the work unless the node's circuit is open. Work that comes while one pipeline tries the node waits for it.
   * @returns the work's outcome, or undefined when the node is left alone
   */
  async run(node: string, work: () => Promise<Outcome>): Promise<Outcome | undefined> {
    try {
      return await this.#circuitOf(node).execute(work);
    } catch (error) {
      if (error instanceof BrokenCircuitError) {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * How many nodes' circuits are in each state.
   * @param nodes that there are; the circuits of others are forgotten. Left out: nodes do not come and go
   */
  statesOf(nodes?: ReadonlySet<string>): {
    readonly closed: number;
    readonly open: number;
    readonly half_open: number;
  } {
    for (const node of this.#circuits.keys()) {
      if (nodes?.has(node) === false) {
        this.#circuits.delete(node);
      }
    }
    const states = { closed: 0, open: 0, half_open: 0 };
    for (const { state } of this.#circuits.values()) {
      states[STATE_NAMES[state]] += 1;
    }
    return states;
  }

  #circuitOf(node: string): CircuitBreakerPolicy {
    const known = this.#circuits.get(node);
    if (known !== undefined) {
      return known;
    }
    const circuit = circuitBreaker(
      handleWhenResult(
        (outcome) => typeof outcome === 'object' && outcome !== null && 'ok' in outcome && !outcome.ok,
      ),
      { halfOpenAfter: OPEN_MS, breaker: new ConsecutiveBreaker(FAILURES_BEFORE_OPEN) },
    );
    circuit.onBreak(() => this.#onChange(node, 'open'));
    circuit.onReset(() => this.#onChange(node, 'closed'));
    this.#circuits.set(node, circuit);
    return circuit;
  }
}
