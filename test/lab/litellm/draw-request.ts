import fc from 'fast-check';

type Json = Readonly<Record<string, unknown>>;

/** A chat request that a provider is asked to answer. */
export interface Drawn {
  readonly model: string;
  readonly body: Json;
}

export const drawnText = fc.constantFrom('Hello', 'Grüße 👋', 'a\nb');

export const drawnImage: fc.Arbitrary<Json> = fc.constant({
  type: 'image_url',
  image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' },
});

/** Turns of both sides, with tools that are called at once. `part`: what a user may send beside text. */
export function drawMessages(
  part: fc.Arbitrary<Json>,
  results: fc.Arbitrary<string>,
): fc.Arbitrary<readonly Json[]> {
  const parts = fc.oneof(
    drawnText.map((words): Json => ({ type: 'text', text: words })),
    part,
  );
  const user = fc
    .oneof(drawnText, fc.array(parts, { minLength: 1, maxLength: 3 }))
    .map((content) => ({ role: 'user', content }));
  const turn = fc.oneof(
    drawnText.map((content): readonly Json[] => [{ role: 'assistant', content }]),
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
  return fc
    .record({
      system: fc.option(drawnText),
      first: user,
      rest: fc.array(fc.tuple(turn, user), { maxLength: 2 }),
    })
    .map(({ system, first, rest }): readonly Json[] => [
      ...(system === null ? [] : [{ role: 'system', content: system }]),
      first,
      ...rest.flatMap(([said, next]) => [...said, next]),
    ]);
}

const property = fc.oneof(
  fc.constant({ type: 'string', description: 'Where' }),
  fc.constant({ type: 'integer', minimum: 1 }),
  fc.constant({ type: 'string', enum: ['a', 'b'] }),
  fc.constant({ type: 'array', items: { type: 'string' } }),
  fc.constant({ $ref: '#/$defs/City' }),
);

const parameters = fc
  .dictionary(fc.constantFrom('a', 'b', 'c'), property, { minKeys: 1 })
  .map((properties): Json => ({
    type: 'object',
    properties,
    required: Object.keys(properties).slice(0, 1),
    additionalProperties: false,
    $defs: { City: { type: 'object', properties: { name: { type: 'string' } } } },
  }));

export const drawnTool: fc.Arbitrary<Json> = parameters.map((schema) => ({
  type: 'function',
  function: { name: 'tool_0', description: 'd', parameters: schema },
}));

/** What all of them take. */
export const drawnParams = {
  temperature: fc.constantFrom(0, 0.5, 1),
  top_p: fc.constantFrom(0.1, 1),
  max_tokens: fc.integer({ min: 1, max: 100 }),
  stop: fc.constantFrom<unknown[]>('END', ['a', 'b']),
};

/** `params`: each may be left out. */
export function drawRequest(
  models: readonly string[],
  messages: fc.Arbitrary<readonly Json[]>,
  params: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.Arbitrary<Drawn> {
  return fc.record({
    model: fc.constantFrom(...models),
    body: fc
      .tuple(messages, fc.record(params, { requiredKeys: [] }))
      .map(([list, others]): Json => ({ messages: list, ...others })),
  });
}
