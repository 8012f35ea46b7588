import type { ErrorCode } from 'yaml';

/**
 * The YAML library's findings in our own words. Its messages are never shown: they quote the file, and an unquoted
 * password that begins with `*` or `!` is an alias or a tag to it.
 */
export function describeYamlProblem(code: ErrorCode): string {
  return SENTENCES[code];
}

const INDENT =
  'is not indented as YAML asks, or a bracket before it is not closed: keys of one mapping and items of one list start in the same column';
const MARKER =
  'has text that YAML cannot read here: is a quote, a comma, a bracket or the space after a colon missing? Text that begins with a special character must be in quotes';
const ANCHOR = 'uses & or * in a way that YAML does not allow: put text that begins with them in quotes';
const TAG = 'uses a tag (!) that is not known here: put text that begins with ! in quotes';
const KEY = 'has a key that is not plain text on one line: is the space after a colon missing?';

const SENTENCES: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: ANCHOR,
  BAD_ALIAS: ANCHOR,
  BAD_COLLECTION_TYPE: TAG,
  BAD_DIRECTIVE: 'has a % directive that is not known here: put text that begins with % in quotes',
  BAD_DQ_ESCAPE:
    'has a backslash in double quotes that YAML does not know: write \\\\ for a backslash, or use single quotes',
  BAD_INDENT: INDENT,
  BAD_PROP_ORDER: ANCHOR,
  BAD_SCALAR_START: 'has text that begins with a special character: put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: INDENT,
  BLOCK_IN_FLOW: 'has an indented list or mapping inside [ ] or { }',
  DUPLICATE_KEY: 'has a key twice',
  IMPOSSIBLE: MARKER,
  KEY_OVER_1024_CHARS: KEY,
  MISSING_CHAR: MARKER,
  MULTILINE_IMPLICIT_KEY: KEY,
  MULTIPLE_ANCHORS: ANCHOR,
  MULTIPLE_DOCS: 'starts a second document (---): a configuration is one',
  MULTIPLE_TAGS: TAG,
  NON_STRING_KEY: KEY,
  RESOURCE_EXHAUSTION: 'is nested too deeply',
  TAB_AS_INDENT: 'is indented with a tab: use spaces',
  TAG_RESOLVE_FAILED: TAG,
  UNEXPECTED_TOKEN: MARKER,
};
