import type { AnswerImage, ToolCall } from '../translate/openai-answer';
import { isMap, readMap, readText } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';

/** What the parts of an answer, or of one event of a stream, say. */
export interface AnswerParts {
  readonly text: string;
  readonly thought: string;
  readonly calls: readonly ToolCall[];
  readonly images: readonly AnswerImage[];
  /** Base64. */
  readonly audio: string;
  /** What the model wants to see again with its text. */
  readonly signatures: readonly string[];
  /** Code that Google has run, and its results. */
  readonly executions: readonly Json[];
}

/** `ids`: names calls, which Google leaves without an id. */
export function readAnswerParts(content: unknown, ids: CallIds): AnswerParts {
  const list = readMap(content)?.parts;
  const parts = Array.isArray(list) ? list.filter(isMap) : [];
  const spoken = parts.filter(({ thought }) => thought !== true);
  return {
    text: joinTexts(spoken),
    thought: joinTexts(parts.filter(({ thought }) => thought === true)),
    calls: spoken.flatMap((part) => readCall(part, ids)),
    images: spoken.flatMap((part) => readImage(part)),
    audio: spoken.map((part) => readData(part, 'audio/')?.data ?? '').join(''),
    signatures: parts.flatMap((part) => {
      const signature = readText(part.thoughtSignature);
      return signature === null || readMap(part.functionCall) !== null ? [] : [signature];
    }),
    executions: spoken.filter(
      (part) => part.executableCode !== undefined || part.codeExecutionResult !== undefined,
    ),
  };
}

/** Ids of calls, unique because the answer's own id is. */
export class CallIds {
  private count = 0;

  constructor(private readonly answerId: string) {}

  next(): string {
    this.count += 1;
    return `call_${this.answerId.replace(/^chatcmpl-/, '')}${this.count}`;
  }
}

function joinTexts(parts: readonly Json[]): string {
  return parts.map(({ text }) => readText(text) ?? '').join('');
}

function readCall(part: Json, ids: CallIds): readonly ToolCall[] {
  const call = readMap(part.functionCall);
  if (call === null) return [];
  const signature = readText(part.thoughtSignature);
  return [
    {
      id: readText(call.id) ?? ids.next(),
      type: 'function',
      function: { name: readText(call.name) ?? '', arguments: JSON.stringify(call.args ?? {}) },
      ...(signature === null ? {} : { provider_specific_fields: { thought_signature: signature } }),
    },
  ];
}

function readImage(part: Json): readonly AnswerImage[] {
  const image = readData(part, 'image/');
  if (image === null) return [];
  const url = `data:${image.mimeType};base64,${image.data}`;
  return [{ type: 'image_url', image_url: { url, detail: 'auto' } }];
}

function readData(
  part: Json,
  kind: string,
): { readonly mimeType: string; readonly data: string } | null {
  const blob = readMap(part.inlineData);
  const mimeType = readText(blob?.mimeType);
  const data = readText(blob?.data);
  return mimeType?.startsWith(kind) === true && data !== null ? { mimeType, data } : null;
}
