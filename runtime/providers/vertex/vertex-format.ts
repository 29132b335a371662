import type { ClientBody } from '../client-body';
import { MESSAGES_DIALECT } from '../messages-api/dialect';
import { withBetas } from '../messages-api/betas';
import { renderMessagesRequest } from '../messages-api/request';
import type { AnswerDialect } from '../translate/answer-dialect';
import type { UpstreamCall } from '../upstream-call';
import type { UsageEvent } from '../upstream-body';
import { GENERATE_CONTENT_DIALECT, renderMethod } from '../generate-content/dialect';
import { renderGenerateContent } from '../generate-content/request';

/** What a call to one model of Vertex AI is made of. */
export interface VertexMessage {
  /** Within the project's location. */
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

export interface VertexCall {
  readonly call: UpstreamCall;
  readonly client: ClientBody;
  readonly model: string;
  readonly usageEvent: UsageEvent;
}

/** How models of one publisher are spoken to. */
export interface VertexFormat {
  render(call: VertexCall): VertexMessage;
  /** Null: answers are in OpenAI's format. */
  readonly dialect: AnswerDialect | null;
}

/** Gemini, tuned ones included, which LiteLLM lets be written as `gemini/<endpoint>`. */
const GEMINI: VertexFormat = {
  render: ({ call, client, model }) => {
    const name = model.replace(/^gemini\//, '');
    const parent = /^\d+$/.test(name) ? 'endpoints' : 'publishers/google/models';
    return {
      path: `${parent}/${encodeURIComponent(name)}${renderMethod(client.delivery)}`,
      headers: call.headers(client),
      body: renderJson(renderGenerateContent(call.shape(client), name)),
    };
  },
  dialect: GENERATE_CONTENT_DIALECT,
};

/** https://docs.anthropic.com/en/api/claude-on-vertex-ai */
const CLAUDE: VertexFormat = {
  render: ({ call, client, model }) => {
    const { body, betas } = renderMessagesRequest(call.shape(client), model);
    const stream = client.delivery === 'stream';
    const method = stream ? 'streamRawPredict' : 'rawPredict';
    return {
      // The version stands behind an at sign.
      path: `publishers/anthropic/models/${encodeURIComponent(model).replaceAll('%40', '@')}:${method}`,
      headers: withBetas(call.headers(client), betas),
      body: renderJson({ anthropic_version: 'vertex-2023-10-16', ...body, stream }),
    };
  },
  dialect: MESSAGES_DIALECT,
};

/** https://cloud.google.com/vertex-ai/generative-ai/docs/maas/call-open-model-apis */
const OPEN_MODELS: VertexFormat = {
  render: ({ call, client, model, usageEvent }) => ({
    path: 'endpoints/openapi/chat/completions',
    headers: call.headers(client),
    body: call.body(client, { providerModel: model, usageEvent }),
  }),
  dialect: null,
};

/** Their own publisher's path takes OpenAI's format, and the model without its version's date. */
const MISTRAL: VertexFormat = {
  render: ({ call, client, model, usageEvent }) => {
    const method = client.delivery === 'stream' ? 'streamRawPredict' : 'rawPredict';
    const name = model.replace(/^mistralai\//, '');
    return {
      path: `publishers/mistralai/models/${encodeURIComponent(name).replaceAll('%40', '@')}:${method}`,
      headers: call.headers(client),
      body: call.body(client, { providerModel: name.replace(/@.*$/, ''), usageEvent }),
    };
  },
  dialect: null,
};

const BY_NAME: readonly (readonly [RegExp, VertexFormat])[] = [
  [/^claude/, CLAUDE],
  [/^(mistral|codestral)/, MISTRAL],
  [
    /^(meta\/|openai\/|deepseek|qwen|minimaxai\/|moonshotai\/|zai-org\/|xai\/|intfloat\/)/,
    OPEN_MODELS,
  ],
];

export function selectVertexFormat(model: string): VertexFormat {
  return BY_NAME.find(([pattern]) => pattern.test(model))?.[1] ?? GEMINI;
}

function renderJson(body: object): Buffer {
  return Buffer.from(JSON.stringify(body));
}
