/** A number that only grows. */
export class Counter {
  value = 0;
}
