import fc from 'fast-check';
import { renderMessagesRequest } from '../../../runtime/providers/messages-api/request';
import { describeWithTool } from '../../support/lab-tool';
import { drawMessages, drawnImage, drawnParams, drawnTool, drawRequest } from './draw-request';
import { translateByLitellm } from './translate-litellm';

type Json = Readonly<Record<string, unknown>>;

const SEED = 15;
const REQUESTS = 200;

const part = fc.oneof(
  drawnImage,
  fc.constant({ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }),
  fc.constant({ type: 'file', file: { file_data: 'data:application/pdf;base64,QUJD' } }),
);
const drawn = drawRequest(
  ['claude-sonnet-4-20250514', 'claude-3-5-haiku-20241022', 'claude-opus-4-5-20251101'],
  drawMessages(part, fc.constantFrom('sunny', '{"degrees":7}')),
  {
    ...drawnParams,
    tools: fc.array(drawnTool, { minLength: 1, maxLength: 1 }),
    tool_choice: fc.constantFrom<unknown[]>('auto', 'required', {
      type: 'function',
      function: { name: 'tool_0' },
    }),
    user: fc.constant('u-1'),
    parallel_tool_calls: fc.boolean(),
  },
);

/** Without what is the default, and without a choice among no tools, which LiteLLM sends and Anthropic refuses. */
function normalize({ tool_choice: choice, ...rest }: Json): Json {
  if (choice === undefined || rest.tools === undefined) return rest;
  const { disable_parallel_tool_use: single, ...chosen } = choice as Json;
  if (single === true) return { ...rest, tool_choice: choice };
  return chosen.type === 'auto' ? rest : { ...rest, tool_choice: chosen };
}

describeWithTool('litellm', (litellm) => {
  describe('renderMessagesRequest beside LiteLLM', () => {
    it(`means the same in ${REQUESTS} drawn requests`, () => {
      const requests = fc.sample(drawn, { seed: SEED, numRuns: REQUESTS });
      const theirs = translateByLitellm(litellm, 'anthropic', requests);
      for (const [at, { model, body }] of requests.entries()) {
        const their = theirs[at];
        if (their === null || their === undefined) continue;
        const request = { json: body, unsupported: 'refused', allowed: new Set<string>() } as const;
        const ours: Json = renderMessagesRequest(request, model).body;
        expect(normalize({ model, ...ours })).toEqual(normalize(their));
      }
    }, 120_000);
  });
});
