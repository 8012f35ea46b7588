/** A table cannot be read, or not further; the message says what is wrong with it and what would be right. */
export class TableError extends Error {
  override readonly name = 'TableError';
}
