import { z } from 'zod';
import { startFakeProvider } from '../fake-provider';
import type { FakeProvider, Script, SeenRequest } from '../fake-provider';
import { messagesBody } from './anthropic-server';

/** Strict as AWS is. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
const struct = z.record(z.string(), z.unknown());
const bytes = z.strictObject({ bytes: z.base64() });
const cachePoint = z.strictObject({ cachePoint: z.strictObject({ type: z.literal('default') }) });
const text = z.strictObject({ text: z.string().min(1) });
const image = z.strictObject({
  image: z.strictObject({ format: z.enum(['png', 'jpeg', 'gif', 'webp']), source: bytes }),
});
const documentBlock = z.strictObject({
  document: z.strictObject({
    format: z.string(),
    name: z.string().regex(/^[A-Za-z0-9\s()[\]-]+$/),
    source: bytes,
  }),
});
const toolId = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);
const block = z.union([
  text,
  image,
  documentBlock,
  cachePoint,
  z.strictObject({
    toolUse: z.strictObject({
      toolUseId: toolId,
      name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
      input: struct,
    }),
  }),
  z.strictObject({
    toolResult: z.strictObject({
      toolUseId: toolId,
      content: z.array(z.union([text, image, documentBlock])).min(1),
      status: z.enum(['success', 'error']).optional(),
    }),
  }),
  z.strictObject({
    reasoningContent: z.union([
      z.strictObject({
        reasoningText: z.strictObject({ text: z.string(), signature: z.string().optional() }),
      }),
      z.strictObject({ redactedContent: z.base64() }),
    ]),
  }),
]);
const tool = z.union([
  z.strictObject({
    toolSpec: z.strictObject({
      name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
      description: z.string().min(1).optional(),
      inputSchema: z.strictObject({ json: z.looseObject({ type: z.literal('object') }) }),
    }),
  }),
  cachePoint,
]);
const converseBody = z.strictObject({
  messages: z
    .array(z.strictObject({ role: z.enum(['user', 'assistant']), content: z.array(block).min(1) }))
    .min(1),
  system: z.array(z.union([text, cachePoint])).optional(),
  inferenceConfig: z
    .strictObject({
      maxTokens: z.int().min(1).optional(),
      temperature: z.number().min(0).max(1).optional(),
      topP: z.number().optional(),
      stopSequences: z.array(z.string().min(1)).optional(),
    })
    .optional(),
  toolConfig: z
    .strictObject({
      tools: z.array(tool).min(1),
      toolChoice: z
        .union([
          z.strictObject({ auto: z.strictObject({}) }),
          z.strictObject({ any: z.strictObject({}) }),
          z.strictObject({ tool: z.strictObject({ name: z.string() }) }),
        ])
        .optional(),
    })
    .optional(),
  guardrailConfig: struct.optional(),
  serviceTier: z.strictObject({ type: z.enum(['default', 'flex', 'priority']) }).optional(),
  additionalModelRequestFields: struct.optional(),
});
/** What Bedrock adds to Anthropic's own body, and what stands in the path instead. */
const invokeBody = messagesBody.omit({ model: true, stream: true }).extend({
  anthropic_version: z.literal('bedrock-2023-05-31'),
  anthropic_beta: z.array(z.string()).optional(),
});

export const AWS_KEYS = {
  accessKeyId: 'AKIASCRIPTED',
  secretAccessKey: 'scripted-secret-of-aws',
  sessionToken: 'scripted-session',
} as const;

export interface BedrockDoor {
  readonly model: string;
  readonly region: string;
  readonly route: 'converse' | 'invoke';
}

const METHODS = {
  converse: ['converse', 'converse-stream'],
  invoke: ['invoke', 'invoke-with-response-stream'],
} as const;

/** Who sends it; the lab's suite proves the signatures themselves by AWS's own signer. */
const SIGNATURE =
  /^AWS4-HMAC-SHA256 Credential=AKIASCRIPTED\/\d{8}\/([a-z0-9-]+)\/bedrock\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}$/;

function isSigned({ headers }: SeenRequest, region: string): boolean {
  const [, signedFor, names] = SIGNATURE.exec(headers.authorization ?? '') ?? [];
  const token = headers['x-amz-security-token'];
  const expected = [
    ...['content-length', 'content-type', 'host', 'x-amz-date'],
    ...(token === undefined ? [] : ['x-amz-security-token']),
  ];
  return (
    signedFor === region &&
    names === expected.join(';') &&
    (token === undefined || token === AWS_KEYS.sessionToken)
  );
}

/** Answers what the test says to requests that Bedrock would take, and 400, 403 or 404 to all others. */
export function startBedrockServer(
  { model, region, route }: BedrockDoor,
  answer: (seen: SeenRequest) => Script,
): Promise<FakeProvider> {
  const paths: readonly string[] = METHODS[route].map(
    (method) => `/model/${encodeURIComponent(model)}/${method}`,
  );
  const schema = route === 'converse' ? converseBody : invokeBody;
  return startFakeProvider((seen) => {
    const { path, body } = seen;
    if (!paths.includes(path)) return refuse(404, 'ResourceNotFoundException', path);
    if (!isSigned(seen, region)) {
      return refuse(403, 'InvalidSignatureException', 'The request signature does not match.');
    }
    const parsed = schema.safeParse(JSON.parse(body));
    return parsed.success
      ? answer(seen)
      : refuse(400, 'ValidationException', z.prettifyError(parsed.error));
  });
}

/** The name of the exception stands in a header. */
export function refuse(status: number, exception: string, message: string): Script {
  const headers = { 'x-amzn-errortype': `${exception}:http://internal.amazon.com/coral/` };
  return { kind: 'json', status, headers, body: { message } };
}
