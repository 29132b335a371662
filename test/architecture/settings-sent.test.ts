import { REQUEST_FIELDS } from '../../lib/config/request-fields';
import { selectRequestDefaults } from '../../runtime/providers/request-defaults';
import { settingRows } from '../support/setting-rows';

const PREFIX = 'deployments[].otherParams.';

/** Where a request goes and who pays for it stands among the parameters too, for the providers that read it. */
const isCredential = (key: string): boolean => REQUEST_FIELDS.get(key) === 'credential';

const sent = settingRows().flatMap(({ fate, key, section }) =>
  section === 'model_list[].litellm_params' &&
  fate.kind === 'done' &&
  fate.fields.some((field) => field.startsWith(PREFIX)) &&
  !isCredential(key)
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
