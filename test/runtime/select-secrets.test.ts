import { selectSecrets } from '../../runtime/select-secrets';
import { parseSettings } from '../../runtime/settings';
import { deployment, gatewayConfig, requestShaping } from '../support/gateway-config-builder';

describe('selectSecrets', () => {
  it('finds every credential of the process, passwords of addresses included, and nothing else', () => {
    const request = requestShaping({ secretValues: ['header-secret'] });
    const config = gatewayConfig([deployment({ id: 'one', apiKey: 'sk-one', request })]);
    const general = {
      ...config.general,
      masterKey: 'sk-master',
      databaseUrl: 'postgresql://ann:p%40ss%2Fword@db/x',
      databaseReaderUrl: 'postgresql://reader/x',
    };
    const settings = parseSettings({ LITELLM_SALT_KEY: 'salt' });
    const environment = {
      OPENAI_API_KEY: 'sk-openai',
      REDIS_URL: 'redis://:from-url@redis:6379',
      REDIS_PASSWORD: 'from-variable',
      PATH: '/usr/bin',
      BROKEN_URL: 'redis://:100%25%@host',
      HOME: undefined,
    };
    const secrets = selectSecrets({ ...config, general }, { settings, environment });
    expect([...secrets].sort()).toEqual(
      [
        '100%25%',
        'from-url',
        'from-variable',
        'header-secret',
        'p%40ss%2Fword',
        'p@ss/word',
        'salt',
        'sk-master',
        'sk-one',
        'sk-openai',
      ].sort(),
    );
  });
});
