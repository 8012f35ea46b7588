/** Colours of a terminal, for those who can see them: a pipe, a file and NO_COLOR get the text alone. */
export interface Colours {
  readonly good: Paint;
  readonly bad: Paint;
  /** What can be typed. */
  readonly typed: Paint;
  readonly strong: Paint;
}

type Paint = (text: string) => string;

const GREEN = sgr(32, 39);
const RED = sgr(31, 39);
const CYAN = sgr(36, 39);
const BOLD = sgr(1, 22);

export const COLOURS: Colours = { good: GREEN, bad: RED, typed: CYAN, strong: BOLD };

export const NO_COLOURS: Colours = {
  good: (text) => text,
  bad: (text) => text,
  typed: (text) => text,
  strong: (text) => text,
};

function sgr(on: number, off: number): Paint {
  return (text) => `\u001b[${on}m${text}\u001b[${off}m`;
}
