/** A Markdown page as the checks see it: its code blocks with what is said of them, its headings, its links. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What an HTML comment right above a block may say of it:
 * `not run: <why>`, `file: <name>` (later blocks of the page find it under that name), `serves: <text>` (it runs on once its
 * output has the text), `prints` (the output of the block before), `wrong` (a configuration that is refused; what is said is
 * printed), `given: <code>` (what the reader has already).
 */
export type Remark = 'not run' | 'file' | 'serves' | 'prints' | 'wrong' | 'given';

const REMARKS: readonly string[] = [
  'not run',
  'file',
  'serves',
  'prints',
  'wrong',
  'given',
] satisfies Remark[];

export interface Block {
  readonly page: string;
  /** Of the fence, from 1. */
  readonly line: number;
  /** Empty for drawings and extracts. */
  readonly language: string;
  readonly text: string;
  readonly remarks: ReadonlyMap<string, string>;
}

export interface Link {
  readonly line: number;
  readonly target: string;
}

export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly blocks: readonly Block[];
  readonly links: readonly Link[];
  /** Of the headings, as GitHub makes them. */
  readonly anchors: ReadonlySet<string>;
  /** What is wrong with the page itself. */
  readonly faults: readonly string[];
}

export function readPage(root: string, path: string): Page {
  return parsePage(path, readFileSync(join(root, path), 'utf8'));
}

export function parsePage(path: string, text: string): Page {
  const blocks: Block[] = [];
  const faults: string[] = [];
  const prose: string[] = [];
  let remarks = new Map<string, string>();
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const fence = /^(?<indent> *)(?<ticks>`{3,})(?<language>[\w-]*)$/.exec(line)?.groups;
    if (fence === undefined && /^\s*<!-- /.test(line)) {
      const end = lines.findIndex((one, at) => at >= index && one.includes('-->'));
      const comment = lines.slice(index, end === -1 ? lines.length : end + 1).join('\n');
      const remark = parseRemark(comment);
      if (remark !== undefined) {
        remarks.set(...remark);
      }
      prose.push(...comment.split('\n').map(() => ''));
      index = end === -1 ? lines.length : end;
      continue;
    }
    if (fence === undefined) {
      prose.push(line);
      if (/^\s*(?:```|~~~)/.test(line)) {
        faults.push(`${path}:${index + 1}: a fence that is not understood: three backticks and a language`);
      }
      if (line.trim() !== '') {
        if (remarks.size > 0) {
          faults.push(`${path}:${index + 1}: a remark stands before something that is no block`);
        }
        remarks = new Map();
      }
      continue;
    }
    const { indent = '', ticks = '', language = '' } = fence;
    const end = lines.indexOf(indent + ticks, index + 1);
    if (end === -1) {
      faults.push(`${path}:${index + 1}: a block that does not end`);
      break;
    }
    blocks.push({
      page: path,
      line: index + 1,
      language,
      text: lines
        .slice(index + 1, end)
        .map((one) => (one.startsWith(indent) ? one.slice(indent.length) : one.trimStart()))
        .join('\n'),
      remarks,
    });
    prose.push(...lines.slice(index, end + 1).map(() => ''));
    remarks = new Map();
    index = end;
  }
  return { path, blocks, faults, links: linksOf(prose), anchors: anchorsOf(prose) };
}

function parseRemark(comment: string): [string, string] | undefined {
  const { name = '', value = '' } =
    /^\s*<!-- (?<name>[a-z ]+?)(?::\s(?<value>[\s\S]+?))?\s+-->\s*$/.exec(comment)?.groups ?? {};
  return REMARKS.includes(name) ? [name, value.trim()] : undefined;
}

function linksOf(lines: readonly string[]): Link[] {
  return lines.flatMap((line, index) =>
    Array.from(
      withoutCode(line).matchAll(
        /\]\(\s*<?(?<inline>[^)\s>]+)>?[^)]*\)|<(?<auto>https?:[^>\s]+)>|(?:href|src)="(?<html>[^"]+)"/g,
      ),
      ({ groups: { inline, auto, html } = {} }) => ({
        line: index + 1,
        target: inline ?? auto ?? html ?? '',
      }),
    ),
  );
}

/** Code spans are no links. One that is the text of a link leaves the link. */
function withoutCode(line: string): string {
  return line.replaceAll(/(`+)[^`]+?\1/g, 'code');
}

/** GitHub's rule: letters, digits, dashes and underscores stay; spaces are dashes; one that comes again gets a number. */
function anchorsOf(lines: readonly string[]): Set<string> {
  const anchors = new Set<string>();
  for (const line of lines) {
    const heading = /^#{1,6} (?<text>.+)$/.exec(line)?.groups?.text;
    const named = /<a (?:id|name)="(?<id>[^"]+)"/.exec(line)?.groups?.id;
    if (named !== undefined) {
      anchors.add(named);
    }
    if (heading !== undefined) {
      const slug = slugOf(heading);
      let unique = slug;
      for (let number = 1; anchors.has(unique); number += 1) {
        unique = `${slug}-${number}`;
      }
      anchors.add(unique);
    }
  }
  return anchors;
}

function slugOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}
