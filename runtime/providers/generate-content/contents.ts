import { invalid, joinTexts, parseMap, readArguments, readText } from '../translate/openai-request';
import type { CalledTool, Json, Message } from '../translate/openai-request';
import { isGemini3 } from './models';
import { renderParts } from './parts';

export interface Conversation {
  /** Parts of the system prompt. */
  readonly system: readonly Json[];
  readonly contents: readonly Json[];
}

interface Content {
  readonly role: 'user' | 'model';
  /** Results of tools stand alone: their number must be that of the calls before them. */
  readonly kind: 'said' | 'results';
  readonly parts: Json[];
}

/** The conversation as Google takes it: the system prompt apart, and messages of one side together. */
export function renderConversation(messages: readonly Message[], model: string): Conversation {
  const system: Json[] = [];
  const contents: Content[] = [];
  const names = new Map<string, string>();
  for (const message of messages) {
    if (message.role === 'system') {
      const text = joinTexts(message.parts);
      if (text !== '') system.push({ text });
      continue;
    }
    for (const { id, name } of message.toolCalls) names.set(id, name);
    const parts =
      message.role === 'tool' ? renderResult(message, names) : renderSaid(message, model);
    append(contents, message, parts);
  }
  if (contents.length === 0) contents.push({ role: 'user', kind: 'said', parts: [] });
  for (const content of contents) addText(content);
  return { system, contents: contents.map(({ role, parts }) => ({ role, parts })) };
}

function append(contents: Content[], message: Message, parts: readonly Json[]): void {
  if (parts.length === 0) return;
  const role = message.role === 'assistant' ? 'model' : 'user';
  const kind = message.role === 'tool' ? 'results' : 'said';
  const last = contents.at(-1);
  if (last?.role === role && last.kind === kind) last.parts.push(...parts);
  else contents.push({ role, kind, parts: [...parts] });
}

/** Vertex AI refuses what a user says without a word, an image alone for one; a blank is enough. */
function addText({ role, kind, parts }: Content): void {
  const isMute =
    role === 'user' && kind === 'said' && parts.every(({ text }) => text === undefined);
  if (isMute) parts.push({ text: ' ' });
}

function renderSaid(message: Message, model: string): readonly Json[] {
  if (message.role !== 'assistant') return renderParts(message);
  const said = renderParts(message);
  const last = said.at(-1);
  const signature = readSignatures(message).at(-1);
  const signed =
    last === undefined || signature === undefined
      ? said
      : [...said.slice(0, -1), { ...last, thoughtSignature: signature }];
  return [...signed, ...renderCalls(message.toolCalls, model)];
}

function readSignatures({ ownFields }: Message): readonly string[] {
  const signatures = ownFields.thought_signatures;
  return Array.isArray(signatures)
    ? signatures.filter((each): each is string => readText(each) !== null)
    : [];
}

function renderCalls(calls: readonly CalledTool[], model: string): readonly Json[] {
  const signatures = calls.map(readSignature);
  const isSigned = signatures.some((signature) => signature !== null);
  return calls.map((call, at) => {
    const own = signatures[at] ?? null;
    // These models refuse a call without a signature, and take this one for a call that another model has made.
    const signature = own ?? (at === 0 && !isSigned && isGemini3(model) ? UNSIGNED : null);
    return {
      functionCall: { name: call.name, args: readArguments(call) },
      ...(signature === null ? {} : { thoughtSignature: signature }),
    };
  });
}

/** https://ai.google.dev/gemini-api/docs/thought-signatures */
const UNSIGNED = Buffer.from('skip_thought_signature_validator').toString('base64');

/** Where LiteLLM hides a signature from clients that keep nothing of a call but its id. */
const SEPARATOR = '__thought__';

function readSignature({ id, ownFields }: CalledTool): string | null {
  const at = id.indexOf(SEPARATOR);
  return (
    readText(ownFields.thought_signature) ??
    (at === -1 ? null : readText(id.slice(at + SEPARATOR.length)))
  );
}

function renderResult(message: Message, names: ReadonlyMap<string, string>): readonly Json[] {
  const id = message.toolCallId ?? '';
  const name = names.get(id) ?? message.name ?? null;
  if (name === null) {
    throw invalid(`${message.path}.tool_call_id`, 'must be the id of a call in an earlier message');
  }
  const rest = renderParts(message).filter(({ text }) => text === undefined);
  const text = joinTexts(message.parts);
  return [{ functionResponse: { name, response: readResponse(text) } }, ...rest];
}

/** Google takes an object; a text that is one passes as it is. */
function readResponse(text: string): Json {
  return parseMap(text) ?? { content: text };
}
