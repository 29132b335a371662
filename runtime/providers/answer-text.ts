/** Members whose text the model has written, of a document and of the events of a stream. */
const WRITTEN =
  /"(?:content|reasoning_content|reasoning|thinking|refusal|arguments|text)"\s*:\s*"/g;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/**
 * How much text of the model is in a part of an answer, without what stands around it. Text cannot look like a member:
 * quotes inside JSON strings are escaped. A text that is cut off counts as far as it goes. Unit: bytes of UTF-8.
 */
export function countWrittenBytes(answer: Buffer): number {
  const text = answer.toString('latin1');
  let bytes = 0;
  WRITTEN.lastIndex = 0;
  while (WRITTEN.test(text)) {
    let at = WRITTEN.lastIndex;
    for (; at < text.length; at += 1) {
      const character = text.charCodeAt(at);
      if (character === QUOTE) break;
      if (character !== BACKSLASH) bytes += 1;
      else if (text.charCodeAt(at + 1) === LETTER_U) {
        bytes += countEncodedBytes(Number.parseInt(text.slice(at + 2, at + 6), 16));
        at += 5;
      } else {
        bytes += 1;
        at += 1;
      }
    }
    WRITTEN.lastIndex = at;
  }
  return bytes;
}

/** In UTF-8; each half of a pair is half of its four bytes. */
function countEncodedBytes(codeUnit: number): number {
  if (codeUnit < 0x80) return 1;
  const isHalf = codeUnit >= 0xd800 && codeUnit < 0xe000;
  return codeUnit < 0x800 || isHalf ? 2 : 3;
}

const MODEL = /"model"\s*:\s*"([^"\\]{1,256})"/;

/** Who gave the answer, by its own words; null: it does not say. */
export function findAnsweringModel(answer: Buffer): string | null {
  return MODEL.exec(answer.toString('latin1'))?.[1] ?? null;
}
