import { describeRefusal } from '../../../runtime/routing/describe-refusal';
import type { Refusal } from '../../../runtime/routing/filters/filter';
import { PLAIN_TRAITS } from '../../../runtime/routing/request-traits';

function describeFor(refusal: Refusal): unknown {
  const traits = { ...PLAIN_TRAITS, tags: ['a', 'b'], promptTokens: 9, allowedRegion: 'eu' };
  return describeRefusal(refusal, { traits, cooldownSeconds: 5 });
}

describe('describeRefusal', () => {
  it.each([
    [0, 'No deployments available for selected model, try again in 5 seconds', 5000],
    [1, 'No deployments available for selected model, try again in 1 seconds', 1000],
    [2500, 'No deployments available for selected model, try again in 3 seconds', 2500],
  ])('says when to come back after a rest of %d ms', (waitMs, message, retryAfterMs) => {
    const failure = { kind: 'no_deployments', status: 429, message, retryAfterMs };
    expect(describeFor({ reason: 'resting', waitMs })).toEqual(failure);
    expect(describeFor({ reason: 'rate-limits', waitMs })).toEqual(failure);
  });

  it('says when a budget starts anew, if it does', () => {
    const failure = {
      kind: 'no_deployments',
      status: 429,
      message: 'No deployments available - crossed budget: every deployment has spent its own',
      retryAfterMs: 7000,
    };
    expect(describeFor({ reason: 'budgets', waitMs: 7000 })).toEqual(failure);
    expect(describeFor({ reason: 'budgets', waitMs: 0 })).toEqual({
      ...failure,
      retryAfterMs: null,
    });
  });

  it('says why nothing but another configuration helps', () => {
    expect(describeFor({ reason: 'unusable', because: ['one', 'two'] })).toEqual({
      kind: 'model_not_usable',
      status: 501,
      message: 'no deployment of the model can be used: one; two',
      retryAfterMs: null,
    });
  });

  it.each([
    [
      'tags',
      {
        kind: 'tags_not_allowed',
        status: 401,
        message:
          'Not allowed to access model due to tags configuration: no deployment has "a", "b"',
      },
    ],
    [
      'context-window',
      {
        kind: 'provider_context_window',
        status: 400,
        message: 'the prompt has about 9 tokens, more than any deployment of the model takes',
      },
    ],
    [
      'region',
      {
        kind: 'no_suitable_deployment',
        status: 400,
        message: 'no deployment of the model is in the region "eu"',
      },
    ],
    [
      'response-format',
      {
        kind: 'no_suitable_deployment',
        status: 400,
        message: 'no deployment of the model answers by a JSON schema',
      },
    ],
  ] as const)('tells the client what is wrong with its %s', (reason, failure) => {
    expect(describeFor({ reason, waitMs: 0 })).toEqual({ ...failure, retryAfterMs: null });
  });
});
