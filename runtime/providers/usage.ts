import type { TokenKinds } from '../../lib/prices';

/** What an answer used. Unit: tokens. */
export interface Usage {
  /** All of the prompt, also what the provider had in its cache. */
  readonly promptTokens: number;
  /** All of the answer, also what the model thought and did not say. */
  readonly completionTokens: number;
}

/** The same, with the tokens that are priced apart. */
export interface DetailedUsage extends Usage {
  /** Null: all are text. */
  readonly kinds: TokenKinds | null;
}

/** What an answer used, however it ended. */
export interface AnswerUsage extends DetailedUsage {
  /** By the provider, or by us from what it sent. */
  readonly source: 'told' | 'estimated';
}

const KEY = '"usage":';
const OPENING_BRACE = 0x7b;
const SPACE = 0x20;
const LONGEST_USAGE = 4096;

/**
 * Reads `usage` from the last bytes of an answer or a stream, where every OpenAI-like provider puts it, so that the
 * rest need not be parsed. Null when it is not there.
 */
export function parseUsage(tail: Buffer): DetailedUsage | null {
  // Streams may tell `null` in every event, the last ones included.
  for (let at = tail.lastIndexOf(KEY); at !== -1; at = selectBefore(tail, at)) {
    let start = at + KEY.length;
    while (tail[start] === SPACE) start += 1;
    if (tail[start] !== OPENING_BRACE) continue;
    const json = parseFirstObject(tail.toString('latin1', start, start + LONGEST_USAGE));
    const usage = json === null ? null : readUsage(json);
    if (usage !== null) return usage;
  }
  return null;
}

function selectBefore(tail: Buffer, at: number): number {
  return at === 0 ? -1 : tail.lastIndexOf(KEY, at - 1);
}

type Json = Readonly<Record<string, unknown>>;

/** The object that the text begins with. A usage holds numbers and names, and no brace inside a string. */
function parseFirstObject(text: string): Json | null {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    else if (text[at] === '}') depth -= 1;
    if (depth > 0) continue;
    try {
      return JSON.parse(text.slice(0, at + 1)) as Json;
    } catch {
      return null;
    }
  }
  return null;
}

/**
 * Providers count differently what they bill alike. Here the prompt holds what was cached and the answer what was
 * thought, as OpenAI counts them; whoever counts them beside is added up.
 */
export function readUsage(json: Json): DetailedUsage | null {
  const told = readCount(json, 'prompt_tokens');
  const prompt = told ?? readCount(json, 'input_tokens');
  const completion = readCount(json, 'completion_tokens') ?? readCount(json, 'output_tokens');
  if (prompt === null && completion === null) return null;
  const kinds = readKinds(json);
  const beside = {
    prompt: prompt ?? 0,
    completion: completion ?? 0,
    total: readCount(json, 'total_tokens'),
  };
  const promptTokens =
    beside.prompt + (isCacheBeside(json, kinds, beside) ? selectCached(kinds) : 0);
  const completionTokens = selectCompletion(kinds, { ...beside, prompt: promptTokens });
  return { promptTokens, completionTokens, kinds: hasAny(kinds) ? kinds : null };
}

interface Counts {
  readonly prompt: number;
  readonly completion: number;
  readonly total: number | null;
}

/** Anthropic's own names mean tokens beside the prompt; in OpenAI's shape some gateways count them in, and others do not. */
function isCacheBeside(
  json: Json,
  kinds: TokenKinds,
  { prompt, completion, total }: Counts,
): boolean {
  if (
    readCount(json, 'cache_read_input_tokens') === null &&
    readCount(json, 'cache_creation_input_tokens') === null
  ) {
    return false;
  }
  if (readCount(json, 'prompt_tokens') === null) return true;
  const cached = selectCached(kinds);
  return cached > prompt || (cached > 0 && total === prompt + completion + cached);
}

/** xAI counts thoughts beside the answer, and Gemini tells of them in the total alone. */
function selectCompletion(
  { reasoning }: TokenKinds,
  { prompt, completion, total }: Counts,
): number {
  if (total !== null) return Math.max(completion, total - prompt);
  return reasoning > completion ? completion + reasoning : completion;
}

function selectCached({ cacheRead, cacheWrite, cacheWriteHour }: TokenKinds): number {
  return cacheRead + cacheWrite + cacheWriteHour;
}

function readKinds(json: Json): TokenKinds {
  const prompt = readMap(json, 'prompt_tokens_details') ?? readMap(json, 'input_tokens_details');
  const completion =
    readMap(json, 'completion_tokens_details') ?? readMap(json, 'output_tokens_details');
  const written =
    readCount(json, 'cache_creation_input_tokens') ??
    readCount(prompt, 'cache_creation_tokens') ??
    readCount(prompt, 'cache_write_tokens') ??
    0;
  const hour = readCount(readMap(json, 'cache_creation'), 'ephemeral_1h_input_tokens') ?? 0;
  return {
    cacheRead:
      readCount(json, 'cache_read_input_tokens') ??
      readCount(prompt, 'cached_tokens') ??
      // DeepSeek, and Moonshot.
      readCount(json, 'prompt_cache_hit_tokens') ??
      readCount(json, 'cached_tokens') ??
      0,
    cacheWrite: Math.max(0, written - hour),
    cacheWriteHour: Math.min(written, hour),
    audioPrompt: readCount(prompt, 'audio_tokens') ?? 0,
    audioCompletion: readCount(completion, 'audio_tokens') ?? 0,
    reasoning:
      readCount(completion, 'reasoning_tokens') ?? readCount(json, 'reasoning_tokens') ?? 0,
  };
}

function hasAny(kinds: TokenKinds): boolean {
  return selectCached(kinds) + kinds.audioPrompt + kinds.audioCompletion + kinds.reasoning > 0;
}

function readMap(json: Json, key: string): Json | null {
  const value = json[key];
  return typeof value === 'object' && value !== null ? (value as Json) : null;
}

/** What is no count of tokens is taken for not told. */
function readCount(json: Json | null, key: string): number | null {
  const value = json?.[key];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
