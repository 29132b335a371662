import { isSent, REQUEST_FIELDS } from '../../../lib/config/request-fields';
import { LITELLM_PARAMS } from '../../../lib/config/settings/litellm-params';

/** Keys of `litellm_params` by whether a deployment's other parameters hold them for the provider. */
function keysOf(use: 'sent' | 'kept'): readonly string[] {
  return LITELLM_PARAMS.settings.flatMap((row) => {
    if (row.kind !== 'plain') return [];
    const isForProvider =
      row.fate.kind === 'done' &&
      // Where a provider is reached, and by whose account, is never a part of a request.
      REQUEST_FIELDS.get(row.key) !== 'credential' &&
      row.fate.fields.every((field) => field === `deployments[].otherParams.${row.key}`);
    return isForProvider === (use === 'sent') ? [row.key] : [];
  });
}

describe('REQUEST_FIELDS', () => {
  it('sends no parameter by which LiteLLM reaches a provider or keeps its own books', () => {
    // These are the gateway's to send, and in its own words.
    const own = ['model', 'stream', 'stream_options'];
    expect(keysOf('kept').filter((key) => isSent(key))).toEqual(own);
  });

  it('sends every parameter that a deployment has for its provider', () => {
    expect(keysOf('sent').length).toBeGreaterThan(40);
    expect(keysOf('sent').filter((key) => !isSent(key))).toEqual([]);
  });

  it("sends what it does not know: it is a provider's own", () => {
    expect(REQUEST_FIELDS.get('chat_template_kwargs')).toBeUndefined();
    expect(isSent('chat_template_kwargs')).toBe(true);
  });
});
