import { selectRequestDefaults } from '../../runtime/providers/request-defaults';
import { settingRows } from '../support/setting-rows';

const PREFIX = 'deployments[].otherParams.';

/** Where a model runs stands among the parameters too, for providers that take it from there. */
const REGIONS = ['aws_region_name', 'vertex_location'];

const sent = settingRows().flatMap(({ fate, key, section }) =>
  section === 'model_list[].litellm_params' &&
  fate.kind === 'done' &&
  fate.fields.some((field) => field.startsWith(PREFIX)) &&
  !REGIONS.includes(key)
    ? [{ key, value: fate.samples[0] }]
    : [],
);

describe('selectRequestDefaults', () => {
  it.each(sent)('sends $key, which the table of settings says is done', ({ key, value }) => {
    expect(selectRequestDefaults({ [key]: value })).toEqual({ [key]: value });
  });

  it('is asked about every field of a request that the table has', () => {
    expect(sent.length).toBeGreaterThanOrEqual(19);
  });
});
