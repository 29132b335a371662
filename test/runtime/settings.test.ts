import { parseSettings } from '../../runtime/settings';

describe('parseSettings', () => {
  it('has an answer for everything', () => {
    expect(parseSettings({})).toEqual({
      masterKey: null,
      databaseUrl: null,
      region: null,
      drainToken: null,
      drainSeconds: 30,
      propagationSeconds: 0,
      keepAliveSeconds: 75,
      providerDefaults: {
        openaiApiKey: null,
        openaiApiBase: null,
        azureApiKey: null,
        azureApiBase: null,
        azureApiVersion: null,
      },
    });
  });

  it('takes an empty variable for an absent one', () => {
    expect(parseSettings({ LITELLM_MASTER_KEY: '' }).masterKey).toBeNull();
  });

  it('rejects a time that is none', () => {
    expect(() => parseSettings({ KEEPALIVE_TIMEOUT: '1m' })).toThrow(
      'KEEPALIVE_TIMEOUT must be a number of seconds from 0 to 86400; correct the environment variable',
    );
  });
});
