import type { ProviderWords } from '../routing/failure';

/** What stands in the error of a provider, in whichever of the usual shapes. */
export interface ProviderError extends ProviderWords {
  readonly message: string | null;
  /** All that may tell the kind, in small letters: never a part of the request that was sent back to us. */
  readonly cues: string;
  /** Whether the error says that a moderator flagged the prompt. */
  readonly moderation: 'flagged' | 'none';
  /** When to ask again, where the body tells and not a header. Null: it tells nothing. */
  readonly retryDelayMs: number | null;
}

/** Where validators repeat the request: what a client writes must not decide what its error is. */
const ECHOES: ReadonlySet<string> = new Set([
  'body',
  'content',
  'ctx',
  'flagged_input',
  'input',
  'messages',
  'prompt',
  'request',
]);
const DEEPEST = 6;
const LONGEST_WORD = 200;
const WORD = /^[\w.:-]+$/;
const PATH = /^[\w.:[\] -]+$/;

interface Fields {
  readonly [name: string]: unknown;
}

/**
 * OpenAI and its like put the error beneath `error`; others send it bare, as text, or as `detail`. Cloudflare lists `errors`,
 * Hugging Face lists texts, Mistral puts `detail` into `message`, and Databricks calls the code `error_code`.
 */
export function parseProviderError(body: string): ProviderError {
  const json = parseJson(body);
  if (json === null) return { ...NOTHING, cues: isMarkup(body) ? '' : body.toLowerCase() };
  const error = readFields(json.error) ?? selectListed(json) ?? json;
  const message =
    readText(error.message) ??
    readText(json.message) ??
    readTexts(json.error) ??
    readDetail(json.detail) ??
    readDetail(readFields(json.message)?.detail);
  return {
    message,
    type: readWord(error.type) ?? readRpcStatus(error.status),
    param: readPath(error.param),
    code: readWord(error.code) ?? readWord(json.error_code),
    cues: collectTexts(json, DEEPEST).join('\n').toLowerCase(),
    moderation: isFlagged(error) ? 'flagged' : 'none',
    retryDelayMs: readRetryDelayMs(error.details),
  };
}

const NOTHING = {
  message: null,
  type: null,
  param: null,
  code: null,
  moderation: 'none',
  retryDelayMs: null,
} as const;

function parseJson(body: string): Fields | null {
  try {
    const json: unknown = JSON.parse(body);
    // Google wraps its errors in a list.
    return readFields(Array.isArray(json) ? json[0] : json);
  } catch {
    return null;
  }
}

/** HTML of some proxy in between: the status says enough. */
function isMarkup(body: string): boolean {
  return body.trimStart().startsWith('<');
}

/** OpenRouter's shape: https://openrouter.ai/docs/api/reference/errors-and-debugging */
function isFlagged(error: Fields): boolean {
  const { reasons, flagged_input: flaggedInput } = readFields(error.metadata) ?? {};
  return (Array.isArray(reasons) && reasons.length > 0) || typeof flaggedInput === 'string';
}

function collectTexts(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    ECHOES.has(name) ? [] : collectTexts(member, depth - 1),
  );
}

/** A message beside the list makes the body itself the error. */
function selectListed({ errors, message }: Fields): Fields | null {
  return Array.isArray(errors) && message === undefined ? readFields(errors[0]) : null;
}

function readTexts(error: unknown): string | null {
  if (!Array.isArray(error)) return readText(error);
  const texts = error.flatMap((each) => readText(each) ?? []);
  return texts.length > 0 ? texts.join('; ') : null;
}

/** FastAPI's: a text, or a list of faults. */
function readDetail(detail: unknown): string | null {
  if (!Array.isArray(detail)) return readText(detail);
  const faults = detail.map((fault) => readText(readFields(fault)?.msg)).filter((text) => text);
  return faults.length > 0 ? faults.join('; ') : null;
}

function readFields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null;
}

function readText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A word that clients may compare; numbers are statuses, which we have, and LiteLLM writes `None` for nothing. */
function readWord(value: unknown): string | null {
  const isWord = typeof value === 'string' && value.length <= LONGEST_WORD && WORD.test(value);
  return isWord && value !== 'None' && !/^\d+$/.test(value) ? value : null;
}

/** Google's, such as `RESOURCE_EXHAUSTED`: https://cloud.google.com/apis/design/errors */
function readRpcStatus(value: unknown): string | null {
  const word = readWord(value);
  return word !== null && /^[A-Z_]+$/.test(word) ? word : null;
}

/** `RetryInfo` among Google's details, such as `34.07s`. */
function readRetryDelayMs(details: unknown): number | null {
  if (!Array.isArray(details)) return null;
  const delays = details.map((detail) => readText(readFields(detail)?.retryDelay) ?? '');
  const seconds = delays.map((delay) => /^(\d{1,6}(?:\.\d{1,9})?)s$/.exec(delay)?.[1]);
  const told = seconds.find((each) => each !== undefined);
  return told === undefined ? null : Math.ceil(Number(told) * 1000);
}

/** The name of a part of the request, such as `messages[0].content`. */
function readPath(value: unknown): string | null {
  const isPath = typeof value === 'string' && value.length <= LONGEST_WORD && PATH.test(value);
  return isPath && value !== 'None' ? value : null;
}
