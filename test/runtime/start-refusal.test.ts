import { providerContext } from '../support/provider-context';
import { parseGatewayConfig } from '../../lib/config';
import { prepareDeployments } from '../../runtime/providers/prepare-deployments';
import { requireUsable, selectStartRefusal } from '../../runtime/start-refusal';

const NO_DEFAULTS = providerContext();

const SPOKEN =
  '{model_name: a, model_info: {id: one}, litellm_params: {model: openai/a, api_key: os.environ/KEY}}';
const SIBLING =
  '{model_name: a, model_info: {id: two}, litellm_params: {model: openai/b, api_key: x}}';
const UNSPOKEN =
  '{model_name: c, model_info: {id: three}, litellm_params: {model: petals/c, api_key: os.environ/KEY}}';

function refusalOf(entries: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const text = `model_list: [${entries.join(', ')}]`;
  const { deployments } = parseGatewayConfig(text, { environment });
  return selectStartRefusal(deployments, prepareDeployments(deployments, NO_DEFAULTS));
}

describe('selectStartRefusal', () => {
  it('has nothing against a model whose deployments are complete', () => {
    expect(refusalOf([SPOKEN], { KEY: 'k' })).toBeNull();
  });

  it('has nothing against a deployment without its key while the model has another', () => {
    expect(refusalOf([SPOKEN, SIBLING])).toBeNull();
  });

  it('has nothing against a model whose provider is not spoken beside one that is', () => {
    expect(refusalOf([SIBLING, UNSPOKEN])).toBeNull();
  });

  it('rejects a file without a deployment', () => {
    expect(refusalOf([])).toBe('model_list has no deployment; add at least one');
  });

  it('rejects a model whose last deployment lacks its key', () => {
    expect(refusalOf([SPOKEN, UNSPOKEN, SIBLING.replace('model_name: a', 'model_name: b')])).toBe(
      'a has no deployment left; set what is missing, or remove the model\n' +
        '  - deployment one (openai/a) of a: not set in the environment: KEY',
    );
  });

  it('rejects a key that is set and empty like one that is not', () => {
    expect(refusalOf([SPOKEN], { KEY: '' })).toBe(
      'model_list has no deployment that this gateway can use\n' +
        '  - deployment one (openai/a) of a: not set in the environment: KEY',
    );
  });

  it('rejects a file of which nothing can be used', () => {
    expect(refusalOf([UNSPOKEN])).toBe(
      'model_list has no deployment that this gateway can use\n' +
        '  - deployment three (petals/c) of c: provider petals is not supported by this gateway',
    );
  });
});

describe('requireUsable', () => {
  it('rejects what selectStartRefusal has a reason for', () => {
    expect(() => requireUsable({ deployments: [] }, NO_DEFAULTS)).toThrow(
      'model_list has no deployment; add at least one',
    );
  });
});
