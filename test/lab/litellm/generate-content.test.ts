import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { toCamelCase } from '../../../runtime/providers/generate-content/camel-case';
import { renderGenerateContent } from '../../../runtime/providers/generate-content/request';
import { describeWithTool } from '../../support/lab-tool';

type Json = Readonly<Record<string, unknown>>;

interface Drawn {
  readonly model: string;
  readonly body: Json;
}

const SEED = 15;
const REQUESTS = 200;

const text = fc.constantFrom('Hello', 'Grüße 👋', 'a\nb');
const part = fc.oneof(
  text.map((words) => ({ type: 'text', text: words })),
  fc.constant({ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }),
  fc.constant({ type: 'image_url', image_url: { url: 'gs://bucket/a.png' } }),
  fc.constant({ type: 'input_audio', input_audio: { data: 'UENN', format: 'wav' } }),
  fc.constant({ type: 'file', file: { file_id: 'gs://bucket/a.pdf' } }),
);
const user = fc
  .oneof(text, fc.array(part, { minLength: 1, maxLength: 3 }))
  .map((content) => ({ role: 'user', content }));
const results = fc.constantFrom('sunny', '{"degrees":7}', '[1]', '{not json');
const turn = fc.oneof(
  text.map((content): readonly Json[] => [{ role: 'assistant', content }]),
  fc.array(results, { minLength: 1, maxLength: 2 }).map((contents): readonly Json[] => [
    {
      role: 'assistant',
      content: null,
      tool_calls: contents.map((_content, at) => ({
        id: `call_${at}`,
        type: 'function',
        function: { name: `tool_${at}`, arguments: '{"city":"Bern"}' },
      })),
    },
    ...contents.map((content, at) => ({ role: 'tool', tool_call_id: `call_${at}`, content })),
  ]),
);
const messages = fc
  .record({
    system: fc.option(text),
    first: user,
    rest: fc.array(fc.tuple(turn, user), { maxLength: 2 }),
  })
  .map(({ system, first, rest }): readonly Json[] => [
    ...(system === null ? [] : [{ role: 'system', content: system }]),
    first,
    ...rest.flatMap(([said, next]) => [...said, next]),
  ]);
const property = fc.oneof(
  fc.constant({ type: 'string', description: 'Where' }),
  fc.constant({ type: 'integer', minimum: 1 }),
  fc.constant({ type: 'string', enum: ['a', 'b'] }),
  fc.constant({ type: 'array', items: { type: 'string' } }),
  fc.constant({ $ref: '#/$defs/City' }),
);
const schema = fc
  .dictionary(fc.constantFrom('a', 'b', 'c'), property, { minKeys: 1 })
  .map((properties): Json => ({
    type: 'object',
    properties,
    required: Object.keys(properties).slice(0, 1),
    additionalProperties: false,
    $defs: { City: { type: 'object', properties: { name: { type: 'string' } } } },
  }));
const tool = fc.oneof(
  {
    weight: 3,
    arbitrary: schema.map((parameters) => ({
      type: 'function',
      function: { name: 'tool_0', description: 'd', parameters },
    })),
  },
  { weight: 1, arbitrary: fc.constant({ googleSearch: {} }) },
);
const optional = {
  temperature: fc.constantFrom(0, 0.5, 1),
  top_p: fc.constantFrom(0.1, 1),
  max_tokens: fc.integer({ min: 1, max: 100 }),
  stop: fc.constantFrom<unknown[]>('END', ['a', 'b']),
  seed: fc.integer({ min: 0, max: 9 }),
  n: fc.constant(2),
  tools: fc.array(tool, { minLength: 1, maxLength: 1 }),
  response_format: fc.constantFrom<Json[]>(
    { type: 'json_object' },
    {
      type: 'json_schema',
      json_schema: { name: 'x', schema: { type: 'object', properties: { a: { type: 'string' } } } },
    },
  ),
  reasoning_effort: fc.constantFrom('none', 'minimal', 'low', 'medium', 'high'),
};
const drawn: fc.Arbitrary<Drawn> = fc.record({
  model: fc.constantFrom(
    'gemini-2.5-flash',
    'gemini-2.5-pro',
    'gemini-2.5-flash-lite',
    'gemini-3-pro-preview',
    'gemini-3-flash-preview',
  ),
  body: fc
    .tuple(messages, fc.record(optional, { requiredKeys: [] }))
    .map(([list, others]): Json => ({ messages: list, ...others })),
});

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
      const python = spawnSync(
        join(dirname(litellm), 'python'),
        [join(__dirname, 'generate_content_driver.py')],
        { input: requests.map((each) => JSON.stringify(each)).join('\n'), encoding: 'utf8' },
      );
      const theirs = python.stdout
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as { readonly body?: Json; readonly error?: string });
      expect(theirs.flatMap(({ error }) => (error === undefined ? [] : [error]))).toEqual([]);
      expect(theirs).toHaveLength(REQUESTS);
      const ours = requests.map(({ model, body }) =>
        renderGenerateContent({ json: body, unsupported: 'refused', allowed: new Set() }, model),
      );
      for (const [at, own] of ours.entries()) {
        expect(normalize(own)).toEqual(normalize(theirs[at]?.body));
      }
    }, 120_000);
  });
});
