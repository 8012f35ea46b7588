/** Text of the document as HTML. */

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function text(plain: string): string {
  return plain.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

/** With `code` between backticks, as CommonMark has it; of which there is nothing else in the document. */
export function markup(described: string): string {
  return text(described).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
