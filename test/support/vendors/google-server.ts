import { z } from 'zod';
import { startFakeProvider } from '../fake-provider';
import type { FakeProvider, Script, SeenRequest } from '../fake-provider';

/** Strict as Google's parser of JSON is: a name that it does not know is 400. https://ai.google.dev/api/generate-content */
const struct = z.record(z.string(), z.unknown());
const signature = { thoughtSignature: z.base64().optional() };
const part = z.union([
  z.strictObject({ text: z.string(), thought: z.boolean().optional(), ...signature }),
  z.strictObject({
    inlineData: z.strictObject({ mimeType: z.string().regex(/\//), data: z.base64() }),
  }),
  z.strictObject({
    fileData: z.strictObject({ mimeType: z.string().optional(), fileUri: z.string().min(1) }),
  }),
  z.strictObject({
    functionCall: z.strictObject({ name: z.string().min(1), args: struct }),
    ...signature,
  }),
  z.strictObject({
    functionResponse: z.strictObject({ name: z.string().min(1), response: struct }),
  }),
]);
const schema: z.ZodType = z.lazy(() =>
  z.union([
    z.strictObject({ anyOf: z.array(schema).min(1) }),
    z.strictObject({
      type: z.enum(['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT']),
      title: z.string().optional(),
      description: z.string().optional(),
      nullable: z.boolean().optional(),
      enum: z.array(z.string().min(1)).optional(),
      format: z.string().optional(),
      items: schema.optional(),
      properties: z
        .record(z.string(), schema)
        .refine((properties) => Object.keys(properties).length > 0)
        .optional(),
      required: z.array(z.string()).optional(),
    }),
  ]),
);
const request = z.strictObject({
  contents: z
    .array(z.strictObject({ role: z.enum(['user', 'model']), parts: z.array(part).min(1) }))
    .min(1),
  systemInstruction: z
    .strictObject({ parts: z.array(z.strictObject({ text: z.string() })) })
    .optional(),
  tools: z
    .array(
      z.union([
        z.strictObject({
          functionDeclarations: z
            .array(
              z.strictObject({
                name: z.string().regex(/^[A-Za-z_][\w.:-]{0,63}$/),
                description: z.string().optional(),
                parameters: schema.optional(),
              }),
            )
            .min(1),
        }),
        z.strictObject({ googleSearch: z.strictObject({}) }),
      ]),
    )
    .optional(),
  toolConfig: z
    .strictObject({
      functionCallingConfig: z.strictObject({
        mode: z.enum(['AUTO', 'ANY', 'NONE']),
        allowedFunctionNames: z.array(z.string()).optional(),
      }),
    })
    .optional(),
  safetySettings: z
    .array(z.strictObject({ category: z.string(), threshold: z.string() }))
    .optional(),
  generationConfig: z
    .strictObject({
      temperature: z.number().optional(),
      topP: z.number().optional(),
      topK: z.number().optional(),
      candidateCount: z.int().optional(),
      maxOutputTokens: z.int().optional(),
      stopSequences: z.array(z.string()).optional(),
      seed: z.int().optional(),
      responseMimeType: z.enum(['application/json', 'text/plain']).optional(),
      responseJsonSchema: struct.optional(),
      thinkingConfig: z
        .strictObject({
          includeThoughts: z.boolean().optional(),
          thinkingBudget: z.int().optional(),
          thinkingLevel: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
});

export type GenerateContentBody = z.infer<typeof request>;

export const GEMINI_KEY = 'AIzaSyScriptedKeyOfGemini';
export const VERTEX_TOKEN = 'ya29.scripted-token';

/** Answers what the test says to requests that Google would take, and 400, 401 or 404 to all others. */
export function startGoogleServer(
  paths: RegExp,
  answer: (body: GenerateContentBody, seen: SeenRequest) => Script,
): Promise<FakeProvider> {
  return startFakeProvider((seen) => {
    if (!paths.test(seen.path)) return refuse(404, 'NOT_FOUND', `${seen.path} is not found`);
    const { authorization, 'x-goog-api-key': key } = seen.headers;
    if (authorization === undefined && key !== GEMINI_KEY) {
      return refuse(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.');
    }
    if (authorization !== undefined && authorization !== `Bearer ${VERTEX_TOKEN}`) {
      return refuse(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    }
    const parsed = request.safeParse(JSON.parse(seen.body));
    if (!parsed.success) return refuse(400, 'INVALID_ARGUMENT', z.prettifyError(parsed.error));
    const fault = findFault(parsed.data);
    return fault === null ? answer(parsed.data, seen) : refuse(400, 'INVALID_ARGUMENT', fault);
  });
}

/** What the schema cannot say. */
function findFault({ contents }: GenerateContentBody): string | null {
  for (const [at, content] of contents.entries()) {
    const calls = content.parts.filter((each) => 'functionCall' in each).length;
    if (calls === 0) continue;
    const results = (contents[at + 1]?.parts ?? []).filter((each) => 'functionResponse' in each);
    if (results.length !== calls) {
      return 'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.';
    }
  }
  return null;
}

/** https://cloud.google.com/apis/design/errors */
export function refuse(status: number, word: string, message: string): Script {
  return { kind: 'json', status, body: { error: { code: status, message, status: word } } };
}

const usageMetadata = {
  promptTokenCount: 1000,
  cachedContentTokenCount: 900,
  candidatesTokenCount: 4,
  thoughtsTokenCount: 6,
  totalTokenCount: 1010,
};

function responseOf(parts: readonly object[], more: object = {}): object {
  return {
    candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
    modelVersion: 'gemini-2.5-flash',
    responseId: 'answer-1',
    usageMetadata,
  };
}

/** A `GenerateContentResponse`. */
export function answerOf(parts: readonly object[], finishReason = 'STOP'): Script {
  return { kind: 'json', body: responseOf(parts, { finishReason }) };
}
