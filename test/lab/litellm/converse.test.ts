import fc from 'fast-check';
import { renderConverseRequest } from '../../../runtime/providers/bedrock/request';
import { describeWithTool } from '../../support/lab-tool';
import { drawMessages, drawnImage, drawnParams, drawnTool, drawRequest } from './draw-request';
import { translateByLitellm } from './translate-litellm';

type Json = Readonly<Record<string, unknown>>;

const SEED = 15;
const REQUESTS = 200;

const drawn = drawRequest(
  [
    'us.anthropic.claude-sonnet-4-20250514-v1:0',
    'anthropic.claude-3-5-haiku-20241022-v1:0',
    'amazon.nova-pro-v1:0',
    'meta.llama3-70b-instruct-v1:0',
    'mistral.mistral-large-2407-v1:0',
  ],
  drawMessages(drawnImage, fc.constantFrom('sunny', '{"degrees":7}')),
  { ...drawnParams, tools: fc.array(drawnTool, { minLength: 1, maxLength: 1 }) },
);

/** Where it says the same in more words: no system prompt by an empty one, and no stream beside the model's own parameters. */
function normalize({ system, additionalModelRequestFields: own, ...rest }: Json): Json {
  const { stream: _, ...fields } = (own ?? {}) as Json;
  return {
    ...rest,
    ...(Array.isArray(system) && system.length > 0 ? { system } : {}),
    ...(Object.keys(fields).length === 0 ? {} : { additionalModelRequestFields: fields }),
  };
}

describeWithTool('litellm', (litellm) => {
  describe('renderConverseRequest beside LiteLLM', () => {
    it(`means the same in ${REQUESTS} drawn requests`, () => {
      const requests = fc.sample(drawn, { seed: SEED, numRuns: REQUESTS });
      const theirs = translateByLitellm(litellm, 'bedrock', requests);
      for (const [at, { model, body }] of requests.entries()) {
        const their = theirs[at];
        if (their === null || their === undefined) continue;
        const request = { json: body, unsupported: 'refused', allowed: new Set<string>() } as const;
        expect(renderConverseRequest(request, model)).toEqual(normalize(their));
      }
    }, 120_000);
  });
});
