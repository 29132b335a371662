import type { Problem } from '../errors';

export type DecodedText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** Longer than any file that somebody writes: sixteen thousand deployments. */
const LONGEST_MIB = 4;
const MIB = 1024 * 1024;

/** Text in UTF-8, or in UTF-16 with its byte order mark, as YAML allows and Windows writes. */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes.length > LONGEST_MIB * MIB) return { kind: 'refused', problem: tooLong(bytes.length) };
  const encoding = encodingOf(bytes);
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return { kind: 'text', text };
  } catch {
    // The decoder's own message says neither where nor what.
  }
  return { kind: 'refused', problem: NOT_TEXT };
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

const NOT_TEXT: Problem = {
  rule: 'config.encoding',
  path: 'the file',
  allowed: 'be text in UTF-8, or in UTF-16 with a byte order mark',
  got: 'bytes that are neither',
  fix: 'save it as UTF-8',
};

function tooLong(bytes: number): Problem {
  return {
    rule: 'config.size',
    path: 'the file',
    allowed: `be at most ${LONGEST_MIB} MiB long`,
    got: `${(bytes / MIB).toFixed(1)} MiB`,
    fix: 'leave out what is no setting; ten thousand deployments take about one MiB',
  };
}
