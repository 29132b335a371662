import fc from 'fast-check';
import { toCamelCase } from '../../../runtime/providers/generate-content/camel-case';
import { renderGenerateContent } from '../../../runtime/providers/generate-content/request';
import { describeWithTool } from '../../support/lab-tool';
import { drawMessages, drawnImage, drawnParams, drawnTool, drawRequest } from './draw-request';
import type { Drawn } from './draw-request';
import { translateByLitellm } from './translate-litellm';

type Json = Readonly<Record<string, unknown>>;

const SEED = 15;
const REQUESTS = 200;

const part = fc.oneof(
  drawnImage,
  fc.constant({ type: 'image_url', image_url: { url: 'gs://bucket/a.png' } }),
  fc.constant({ type: 'input_audio', input_audio: { data: 'UENN', format: 'wav' } }),
  fc.constant({ type: 'file', file: { file_id: 'gs://bucket/a.pdf' } }),
);
const results = fc.constantFrom('sunny', '{"degrees":7}', '[1]', '{not json');
const tool = fc.oneof(
  { weight: 3, arbitrary: drawnTool },
  { weight: 1, arbitrary: fc.constant({ googleSearch: {} }) },
);
const drawn = drawRequest(
  [
    'gemini-2.5-flash',
    'gemini-2.5-pro',
    'gemini-2.5-flash-lite',
    'gemini-3-pro-preview',
    'gemini-3-flash-preview',
  ],
  drawMessages(part, results),
  {
    ...drawnParams,
    seed: fc.integer({ min: 0, max: 9 }),
    n: fc.constant(2),
    tools: fc.array(tool, { minLength: 1, maxLength: 1 }),
    response_format: fc.constantFrom<Json[]>(
      { type: 'json_object' },
      {
        type: 'json_schema',
        json_schema: {
          name: 'x',
          schema: { type: 'object', properties: { a: { type: 'string' } } },
        },
      },
    ),
    reasoning_effort: fc.constantFrom('none', 'minimal', 'low', 'medium', 'high'),
  },
);

/** What LiteLLM does otherwise with Gemini 3, to the same effect: a default of Google's own, and the older kind of schema. */
function withoutDifferences({ model, body }: Drawn): Drawn {
  if (!model.includes('gemini-3')) return { model, body };
  const { response_format: _, ...others } = body;
  return { model, body: { temperature: 1, ...others } };
}

/** It marks each call of another model, where Google asks for the first of a message. */
const UNSIGNED = Buffer.from('skip_thought_signature_validator').toString('base64');

/** Both spellings of a name, of a type and of a role mean the same to Google. */
function normalize(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => normalize(item));
  if (typeof value !== 'object' || value === null) {
    return key === 'type' && typeof value === 'string' ? value.toLowerCase() : value;
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== UNSIGNED)
    .map(([name, member]) => {
      const spelling = toCamelCase(name);
      return [spelling, normalize(member, spelling)] as const;
    });
  const json: Json = Object.fromEntries(members);
  return Array.isArray(json.parts) && json.role === undefined && key === ''
    ? { role: 'user', ...json }
    : json;
}

describeWithTool('litellm', (litellm) => {
  describe('renderGenerateContent beside LiteLLM', () => {
    it(`means the same in ${REQUESTS} drawn requests`, () => {
      const requests = fc.sample(drawn.map(withoutDifferences), { seed: SEED, numRuns: REQUESTS });
      const theirs = translateByLitellm(litellm, 'vertex_ai', requests);
      for (const [at, { model, body }] of requests.entries()) {
        const their = theirs[at];
        if (their === null || their === undefined) continue;
        const request = { json: body, unsupported: 'refused', allowed: new Set<string>() } as const;
        expect(normalize(renderGenerateContent(request, model))).toEqual(normalize(their));
      }
    }, 120_000);
  });
});
