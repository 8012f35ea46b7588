import type { LineWriter } from '../../src/telemetry/line-writer.js';

/** Writes a line, where such lines are wanted. @param members of its JSON object, at least one */
export function writeMembers(line: LineWriter, members: string): void {
  const bytes = Buffer.from(members);
  if (line.begin(bytes.length)) {
    line.copy(bytes);
    line.end();
  }
}
