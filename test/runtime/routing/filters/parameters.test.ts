import { describeRefusal } from '../../../../runtime/routing/describe-refusal';
import { parameterFilter } from '../../../../runtime/routing/filters/parameters';
import { setOfNames } from '../../../../runtime/routing/param-support';
import { PLAIN_TRAITS } from '../../../../runtime/routing/request-traits';
import type { RequestTraits } from '../../../../runtime/routing/request-traits';
import { deployment, requestShaping } from '../../../support/gateway-config-builder';
import { selectionContext } from '../../../support/selection-context';

const chat = deployment({ id: 'chat', providerModel: 'gpt-4o' });
const reasoning = deployment({ id: 'reasoning', providerModel: 'o3' });
const unknown = deployment({ id: 'unknown', providerModel: 'llama-3' });

function keep(
  names: readonly string[],
  candidates = [chat, reasoning, unknown],
  traits: Partial<RequestTraits> = {},
): readonly string[] {
  const context = selectionContext({ traits: { modelParams: setOfNames(names), ...traits } });
  return parameterFilter.keep(candidates, context).map(({ id }) => id);
}

describe('parameterFilter', () => {
  it('asks models that take what the request has, and those of which nothing is known', () => {
    expect(keep([])).toEqual(['chat', 'reasoning', 'unknown']);
    expect(keep(['top_p'])).toEqual(['chat', 'unknown']);
    expect(keep(['reasoning_effort'])).toEqual(['reasoning', 'unknown']);
    expect(keep(['reasoning_effort', 'top_p'])).toEqual(['unknown']);
  });

  it('keeps who may drop the parameter or is allowed to send it', () => {
    const request = requestShaping({ unsupported: 'dropped' });
    const drops = deployment({ id: 'drops', providerModel: 'o3', request });
    const allowing = requestShaping({ allowedParams: ['top_p'] });
    const allows = deployment({ id: 'allows', providerModel: 'o3', request: allowing });
    expect(keep(['top_p'], [drops, allows, reasoning])).toEqual(['drops', 'allows']);
    expect(keep(['stop', 'top_p'], [allows])).toEqual(['allows']);
    expect(keep(['logprobs', 'top_p'], [allows])).toEqual([]);
    expect(keep(['top_p'], [reasoning], { unsupportedParams: 'dropped' })).toEqual(['reasoning']);
  });

  it('says which parameters there are and what to do when nobody takes them', () => {
    const traits = { ...PLAIN_TRAITS, modelParams: setOfNames(['top_p', 'stop']) };
    const refusal = { reason: 'parameters', waitMs: 0 } as const;
    expect(describeRefusal(refusal, { traits, cooldownSeconds: 5 })).toEqual({
      kind: 'no_suitable_deployment',
      status: 400,
      message:
        'no deployment of the model supports all of these parameters: stop, top_p; leave out what it does not take, ' +
        'have it dropped by drop_params: true (here, or in litellm_settings), or name it in allowed_openai_params to ' +
        'send it all the same',
      retryAfterMs: null,
    });
  });
});
