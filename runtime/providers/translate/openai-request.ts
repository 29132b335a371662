import { GatewayError } from '../../errors';

/** The parts of OpenAI's chat request that translations read, with LiteLLM's additions. */

export type Json = Readonly<Record<string, unknown>>;

/** Where prompt caching ends, in Anthropic's words, which LiteLLM has made common. */
export type CacheControl = Json | null;

export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly cacheControl: CacheControl }
  /** `url`: an address, or a data URL. `format`: a media type where the client names one. */
  | {
      readonly kind: 'image';
      readonly url: string;
      readonly format: string | null;
      readonly cacheControl: CacheControl;
    }
  | { readonly kind: 'audio'; readonly data: string; readonly format: string }
  /** A file by its content (a data URL), its address, or its id at the provider. */
  | {
      readonly kind: 'file';
      readonly data: string | null;
      readonly id: string | null;
      readonly name: string | null;
      readonly format: string | null;
      readonly cacheControl: CacheControl;
    }
  /** A part in the provider's own words. */
  | { readonly kind: 'own'; readonly json: Json };

export interface CalledTool {
  readonly id: string;
  readonly name: string;
  /** JSON as text. */
  readonly arguments: string;
  readonly cacheControl: CacheControl;
  /** LiteLLM's `provider_specific_fields`: what a provider wants to see again with its call. */
  readonly ownFields: Json;
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly parts: readonly Part[];
  readonly toolCalls: readonly CalledTool[];
  /** Of a tool's result: the call that it answers. */
  readonly toolCallId: string | null;
  readonly name: string | null;
  /** What the model thought, in blocks as the provider sent them. */
  readonly thinkingBlocks: readonly Json[];
  readonly cacheControl: CacheControl;
  /** LiteLLM's `provider_specific_fields`: what a provider wants to see again with its answer. */
  readonly ownFields: Json;
  /** Where it stands, for messages of errors: `messages[2]`. */
  readonly path: string;
}

/** Throws a `GatewayError` that names the member that is wrong. */
export function readMessages({ messages }: Json): readonly Message[] {
  if (!Array.isArray(messages)) throw invalid('messages', 'must be an array of messages');
  return messages.map((message: unknown, at) => readMessage(message, `messages[${at}]`));
}

function readMessage(json: unknown, path: string): Message {
  if (!isMap(json)) throw invalid(path, 'must be an object');
  const role = ROLES.get(json.role as string);
  if (role === undefined) {
    throw invalid(`${path}.role`, `must be one of ${[...ROLES.keys()].join(', ')}`);
  }
  const thinking = json.thinking_blocks;
  return {
    role,
    parts: readParts(json.content, `${path}.content`),
    toolCalls: readToolCalls(json, path),
    toolCallId:
      readText(json.tool_call_id) ?? (json.role === 'function' ? readText(json.name) : null),
    name: readText(json.name),
    thinkingBlocks: Array.isArray(thinking) ? thinking.filter(isMap) : [],
    cacheControl: readMap(json.cache_control),
    ownFields: readMap(json.provider_specific_fields) ?? {},
    path,
  };
}

/** `developer` is OpenAI's newer word for `system`, `function` its older one for `tool`. */
const ROLES: ReadonlyMap<string, Message['role']> = new Map([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['tool', 'tool'],
  ['function', 'tool'],
]);

function readParts(content: unknown, path: string): readonly Part[] {
  if (content === null || content === undefined) return [];
  if (typeof content === 'string') return [{ kind: 'text', text: content, cacheControl: null }];
  if (!Array.isArray(content)) throw invalid(path, 'must be text or an array of parts');
  return content.map((part: unknown, at) => readPart(part, `${path}[${at}]`));
}

function readPart(part: unknown, path: string): Part {
  if (typeof part === 'string') return { kind: 'text', text: part, cacheControl: null };
  if (!isMap(part)) throw invalid(path, 'must be an object');
  const cacheControl = readMap(part.cache_control);
  switch (part.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return { kind: 'text', text: requireText(part.text, `${path}.text`), cacheControl };
    case 'refusal':
      return { kind: 'text', text: requireText(part.refusal, `${path}.refusal`), cacheControl };
    case 'image_url': {
      const image = isMap(part.image_url) ? part.image_url : { url: part.image_url };
      const url = requireText(image.url, `${path}.image_url.url`);
      return { kind: 'image', url, format: readText(image.format), cacheControl };
    }
    case 'input_audio': {
      const audio = readMap(part.input_audio) ?? {};
      const data = requireText(audio.data, `${path}.input_audio.data`);
      return { kind: 'audio', data, format: readText(audio.format) ?? 'wav' };
    }
    case 'file':
      return readFilePart(readMap(part.file) ?? {}, { path, cacheControl });
    default:
      return { kind: 'own', json: part };
  }
}

function readFilePart(
  file: Json,
  { path, cacheControl }: { readonly path: string; readonly cacheControl: CacheControl },
): Part {
  const [data, id] = [readText(file.file_data), readText(file.file_id)];
  if (data === null && id === null) {
    throw invalid(`${path}.file`, 'must have file_data or file_id');
  }
  const [name, format] = [readText(file.filename), readText(file.format)];
  return { kind: 'file', data, id, name, format, cacheControl };
}

function readToolCalls(
  { tool_calls: calls, function_call: call }: Json,
  path: string,
): readonly CalledTool[] {
  // OpenAI's older word for one call, which has no id but its name.
  if (isMap(call)) {
    const name = requireText(call.name, `${path}.function_call.name`);
    const json = { id: name, function: call };
    return [readToolCall(json, `${path}.function_call`)];
  }
  if (!Array.isArray(calls)) return [];
  return calls.map((each: unknown, at) => readToolCall(each, `${path}.tool_calls[${at}]`));
}

function readToolCall(json: unknown, path: string): CalledTool {
  const call = readMap(json) ?? {};
  const called = readMap(call.function) ?? {};
  return {
    id: requireText(call.id, `${path}.id`),
    name: requireText(called.name, `${path}.function.name`),
    arguments: readText(called.arguments) ?? '',
    cacheControl: readMap(call.cache_control),
    ownFields:
      readMap(call.provider_specific_fields) ?? readMap(called.provider_specific_fields) ?? {},
  };
}

/** The arguments of a call as a map. Models may have written nonsense; then they stand as text in one member. */
export function readArguments({ arguments: text }: CalledTool): Json {
  if (text.trim() === '') return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return isMap(parsed) ? parsed : { value: parsed };
  } catch {
    return { arguments: text };
  }
}

export function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function readMap(value: unknown): Json | null {
  return isMap(value) ? value : null;
}

/** The map that a text holds in JSON. Null: it is something else, or no JSON. */
export function parseMap(text: string): Json | null {
  try {
    return readMap(JSON.parse(text));
  } catch {
    return null;
  }
}

export function readText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The texts of parts, one after the other. */
export function joinTexts(parts: readonly Part[]): string {
  return parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
}

export function invalid(param: string, rule: string): GatewayError {
  return new GatewayError('invalid_request', `${param} ${rule}`, { param });
}

function requireText(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw invalid(path, 'must be text');
}
