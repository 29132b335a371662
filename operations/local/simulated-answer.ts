import { createHash } from 'node:crypto';

/** What the simulated provider understood of a request. */
export interface SimulatedQuestion {
  readonly model: string;
  readonly text: string;
  readonly streamed: boolean;
  readonly includeUsage: boolean;
}

export interface SimulatedAnswer {
  readonly id: string;
  readonly model: string;
  /** The answer in the pieces that a stream delivers. */
  readonly pieces: readonly string[];
  readonly usage: SimulatedUsage;
}

export interface SimulatedUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** The same question has the same answer, to the byte. */
const CREATED_SECONDS = 1_700_000_000;
const LONGEST_QUOTE = 120;

/** Null: the body is no chat request. `pathModel` is the deployment in the path of an Azure request. */
export function parseSimulatedQuestion(
  body: string,
  pathModel: string | null,
): SimulatedQuestion | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // Not JSON, hence no chat request.
    return null;
  }
  if (!isRecord(value) || !Array.isArray(value.messages)) return null;
  const model = typeof value.model === 'string' ? value.model : pathModel;
  if (model === null) return null;
  const options = value.stream_options;
  return {
    model,
    text: textOf(
      value.messages.findLast((message) => isRecord(message) && message.role === 'user'),
    ),
    streamed: value.stream === true,
    includeUsage: isRecord(options) && options.include_usage === true,
  };
}

export function planSimulatedAnswer(question: SimulatedQuestion): SimulatedAnswer {
  const text = renderText(question);
  const pieces = text.match(/\S+\s*/g) ?? [];
  const prompt = countTokens(question.text);
  const completion = countTokens(text);
  const digest = createHash('sha256').update(JSON.stringify(question)).digest('hex').slice(0, 24);
  return {
    id: `chatcmpl-simulated-${digest}`,
    model: question.model,
    pieces,
    usage: {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
    },
  };
}

export function renderCompletion(answer: SimulatedAnswer): string {
  return JSON.stringify({
    id: answer.id,
    object: 'chat.completion',
    created: CREATED_SECONDS,
    model: answer.model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: answer.pieces.join(''), refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: answer.usage,
    system_fingerprint: 'simulated',
  });
}

/** One server-sent event per piece, between the role and the reason to stop. */
export function renderEvents(answer: SimulatedAnswer, includeUsage: boolean): readonly string[] {
  const usage = includeUsage ? { usage: null } : {};
  const choice = (delta: object, finishReason: string | null): object => ({
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    ...usage,
  });
  const chunks = [
    choice({ role: 'assistant', content: '', refusal: null }, null),
    ...answer.pieces.map((content) => choice({ content }, null)),
    choice({}, 'stop'),
    ...(includeUsage ? [{ choices: [], usage: answer.usage }] : []),
  ];
  const head = {
    id: answer.id,
    object: 'chat.completion.chunk',
    created: CREATED_SECONDS,
    model: answer.model,
    system_fingerprint: 'simulated',
  };
  return [
    ...chunks.map((chunk) => `data: ${JSON.stringify({ ...head, ...chunk })}\n\n`),
    'data: [DONE]\n\n',
  ];
}

function renderText({ model, text }: SimulatedQuestion): string {
  const quote = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
  return (
    `This answer is simulated: no key is set for the provider of ${model}, so your question stayed on this machine. ` +
    `You asked: “${quote}” ` +
    "Set the provider's key, such as OPENAI_API_KEY, and start again to hear from the real model."
  );
}

/** About four characters a token, as providers say of English. */
function countTokens(text: string): number {
  return Math.max(1, Math.ceil(text.length / 4));
}

function textOf(message: unknown): string {
  if (!isRecord(message)) return '';
  const { content } = message;
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part) => (isRecord(part) && typeof part.text === 'string' ? part.text : ''))
    .join('');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
