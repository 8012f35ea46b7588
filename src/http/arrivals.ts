/**
 * Whether connections wait to be accepted. Node accepts one in a turn of its event loop, and a supervisor that deals them out to workers waits for
 * a turn of the worker for each: where turns take milliseconds, a thousand callers that come at once, to the gateway that is left while
 * another is replaced for one, wait for seconds. So do probes, which bring a connection of their own.
 */

/** A turn that takes so long has others wait. Short ones accept whoever comes. */
const LONG_TURN_MS = 1;
/** Long turns with one each, soon after each other: fewer come by chance. */
const TURNS_IN_A_ROW = 3;
/** Turns without one in between. */
const TURNS_WITHOUT = 2;
/** How often it is asked whether there are still some, and how often in a row there must have come none: whoever deals them out takes a while. */
const CHECK_MS = 5;
const CHECKS_WITHOUT = 4;
/** For so long at most: callers that connect anew for every request come all the time. */
const LONGEST_MS = 2_000;
/** And then not for this share of how long it was. */
const PAUSE_SHARE = 0.5;

export class Arrivals {
  readonly #onEnd: () => void;
  readonly #now: () => number;
  #hasCome = false;
  /** Whether the end of the turn is waited for. */
  #isInTurn = false;
  /** Undefined where the loop may have waited since. */
  #turnBegan: number | undefined;
  #turns = 0;
  #turnsWithout = 0;
  #areWaiting = false;
  #since = 0;
  #checksWithout = 0;
  #notBefore = 0;

  /**
   * @param onEnd called when none waits any more
   * @param now in milliseconds
   */
  constructor(onEnd: () => void, now = () => performance.now()) {
    this.#onEnd = onEnd;
    this.#now = now;
  }

  /** Whether further ones are likely to wait, for as long as turns are long. */
  get areWaiting(): boolean {
    return this.#areWaiting;
  }

  /** To be called with every connection that is accepted. */
  came(): void {
    this.#hasCome = true;
    if (!this.#isInTurn && !this.#areWaiting) {
      this.#isInTurn = true;
      setImmediate(this.#endTurn);
    }
  }

  readonly #endTurn = (): void => {
    const now = this.#now();
    if (this.#hasCome) {
      this.#turnsWithout = 0;
      this.#turns += this.#turnBegan !== undefined && now - this.#turnBegan >= LONG_TURN_MS ? 1 : 0;
    } else {
      this.#turnsWithout += 1;
    }
    this.#hasCome = false;
    const doWait = this.#turns >= TURNS_IN_A_ROW && now >= this.#notBefore;
    if (!doWait && this.#turnsWithout <= TURNS_WITHOUT) {
      this.#turnBegan = now;
      setImmediate(this.#endTurn);
      return;
    }
    this.#isInTurn = false;
    this.#turnBegan = undefined;
    this.#turns = 0;
    this.#turnsWithout = 0;
    if (doWait) {
      this.#areWaiting = true;
      this.#since = now;
      this.#checksWithout = 0;
      setTimeout(this.#check, CHECK_MS).unref();
    }
  };

  readonly #check = (): void => {
    const now = this.#now();
    this.#checksWithout = this.#hasCome ? 0 : this.#checksWithout + 1;
    this.#hasCome = false;
    const lastedMs = now - this.#since;
    if (lastedMs < LONGEST_MS && this.#checksWithout < CHECKS_WITHOUT) {
      setTimeout(this.#check, CHECK_MS).unref();
      return;
    }
    this.#areWaiting = false;
    this.#notBefore = now + lastedMs * PAUSE_SHARE;
    this.#onEnd();
  };
}
