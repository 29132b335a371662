import { CREDENTIAL_VALUES, LITELLM_PARAMS } from './litellm-params';
import { MODEL_INFO } from './model-info';
import { done, harmless, harmlessFate, nested, type Section } from './setting';

/** `model_list[]`. */
export const MODEL_ENTRY: Section = {
  settings: [
    ...done('model_name', 'deployments[].modelName', 'one', 'two'),
    ...nested('litellm_params', 'map', LITELLM_PARAMS),
    ...nested('model_info', 'map', MODEL_INFO),
    ...done('rpm', 'deployments[].rpm', 1, 4),
    ...done('tpm', 'deployments[].tpm', 1, 4),
  ],
  others: 'unknown',
};

/** `credential_list[]`. */
export const CREDENTIAL: Section = {
  settings: [
    ...done('credential_name', 'deployments[].apiKey', 'one', 'two', {
      model_list: [{ litellm_params: { litellm_credential_name: 'one' } }],
      credential_list: [{ credential_values: { api_key: 'sk-one' } }],
    }),
    ...nested('credential_values', 'map', CREDENTIAL_VALUES),
    ...harmless('credential_info', 'a note'),
  ],
  others: harmlessFate('a note'),
};
