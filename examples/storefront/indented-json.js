const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * JSON over several lines, to be read. Its tokens stay as they came: parsing would make 269 of 269.00.
 * @param {string} json
 */
export function indentedJson(json) {
  let text = '';
  let depth = 0;
  for (const [token] of json.matchAll(TOKENS)) {
    if (token === '{' || token === '[') {
      depth += 1;
      text += token + lineOf(depth);
    } else if (token === '}' || token === ']') {
      depth -= 1;
      text = text.trimEnd() + (/[{[]\s*$/.test(text) ? '' : lineOf(depth)) + token;
    } else if (token === ',') {
      text += token + lineOf(depth);
    } else {
      text += token === ':' ? ': ' : token;
    }
  }
  return text;
}

/** @param {number} depth */
function lineOf(depth) {
  return `\n${'  '.repeat(depth)}`;
}
