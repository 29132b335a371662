import { BYTES_PER_TOKEN, estimatePromptTokens } from '../routing/request-traits';

/** OpenAI's for a square of 1024 pixels; what a picture holds is not looked at. Unit: tokens. */
const IMAGE_TOKENS = 765;
/** OpenAI's for `detail: low`. Unit: tokens. */
const SMALL_IMAGE_TOKENS = 85;
/** Ten tokens a second, at the 16 kB a second of good MP3. Base64 takes four letters for three bytes. */
const AUDIO_LETTERS_PER_TOKEN = 2133;
/** Bytes of a page of a document, about 1000 tokens long, are many and unlike: each file counts as one. */
const FILE_TOKENS = 1000;

type Json = Readonly<Record<string, unknown>>;

/**
 * What a provider may bill for a prompt whose usage it never told: text by its length, pictures, sound and the tools.
 * Parses the request again, since almost every answer tells its usage. Unit: tokens.
 */
export function estimateBilledPrompt(bytes: Buffer): number {
  const body = JSON.parse(bytes.toString('utf8')) as Json;
  const messages: readonly unknown[] = Array.isArray(body.messages) ? body.messages : [];
  const parts = messages.flatMap(listParts);
  const media = parts.reduce<number>((sum, part) => sum + countMedia(part), 0);
  const described = [body.tools, body.functions, body.response_format].concat(
    messages.map((message) => (isMap(message) ? message.tool_calls : undefined)),
  );
  const bytesOfTools = described.reduce<number>((sum, value) => sum + countJsonBytes(value), 0);
  return estimatePromptTokens(messages) + media + Math.ceil(bytesOfTools / BYTES_PER_TOKEN);
}

function listParts(message: unknown): readonly unknown[] {
  return isMap(message) && Array.isArray(message.content) ? message.content : [];
}

function countMedia(part: unknown): number {
  if (!isMap(part)) return 0;
  switch (part.type) {
    case 'image_url':
      return isMap(part.image_url) && part.image_url.detail === 'low'
        ? SMALL_IMAGE_TOKENS
        : IMAGE_TOKENS;
    case 'input_audio': {
      const data = isMap(part.input_audio) ? part.input_audio.data : null;
      return Math.ceil((typeof data === 'string' ? data.length : 0) / AUDIO_LETTERS_PER_TOKEN);
    }
    case 'file':
      return FILE_TOKENS;
    default:
      return 0;
  }
}

function countJsonBytes(value: unknown): number {
  return value === undefined || value === null ? 0 : Buffer.byteLength(JSON.stringify(value));
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
