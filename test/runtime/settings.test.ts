import { parseSettings } from '../../runtime/settings';

describe('parseSettings', () => {
  it('reads lists of where keys are published, and of whom and for whom tokens are', () => {
    const { jwtTrust } = parseSettings({
      JWT_PUBLIC_KEY_URL: 'https://a.test/jwks, https://b.test/jwks,',
      JWT_ISSUER: 'https://a.test',
      JWT_AUDIENCE: ' gateway ',
    });
    expect(jwtTrust).toEqual({
      keyUrls: ['https://a.test/jwks', 'https://b.test/jwks'],
      issuers: ['https://a.test'],
      audiences: ['gateway'],
    });
  });

  it('has an answer for everything', () => {
    expect(parseSettings({})).toEqual({
      masterKey: null,
      saltKey: null,
      dataFolder: null,
      schemaUpdates: 'here',
      regions: [],
      replicas: null,
      regionSwitchFile: null,
      region: null,
      drainToken: null,
      memoryBytes: null,
      tls: null,
      metricsPort: null,
      drainSeconds: 30,
      propagationSeconds: 0,
      keepAliveSeconds: 75,
      variable: expect.any(Function) as unknown,
      jwtTrust: { keyUrls: [], issuers: [], audiences: [] },
    });
  });

  it.each(['', ' ', '\n'])('takes the blank variable %j for an absent one', (blank) => {
    const { masterKey, drainToken, keepAliveSeconds } = parseSettings({
      LITELLM_MASTER_KEY: blank,
      DRAIN_ENDPOINT_TOKEN: blank,
      KEEPALIVE_TIMEOUT: blank,
    });
    expect([masterKey, drainToken, keepAliveSeconds]).toEqual([null, null, 75]);
  });

  it('reads what keeps the state of a gateway', () => {
    expect(
      parseSettings({
        LITELLM_SALT_KEY: 'salt',
        LITELLM_HA_DATA_DIR: '/data',
        LITELLM_HA_REGION: 'eu',
        LITELLM_HA_REGIONS: ' eu, us ,,',
        LITELLM_HA_REPLICAS: '3',
        LITELLM_HA_REGION_SWITCH_FILE: '/switch/region',
      }),
    ).toMatchObject({
      saltKey: 'salt',
      dataFolder: '/data',
      region: 'eu',
      regions: ['eu', 'us'],
      replicas: 3,
      regionSwitchFile: '/switch/region',
    });
  });

  it('reads files of TLS and the port of metrics', () => {
    const { tls, metricsPort } = parseSettings({
      SSL_CERTFILE_PATH: '/tls/tls.crt',
      SSL_KEYFILE_PATH: '/tls/tls.key',
      LITELLM_HA_METRICS_PORT: '9090',
    });
    expect(tls).toEqual({ certificateFile: '/tls/tls.crt', keyFile: '/tls/tls.key' });
    expect(metricsPort).toBe(9090);
  });

  it.each(['SSL_CERTFILE_PATH', 'SSL_KEYFILE_PATH'])('rejects %s alone', (name) => {
    expect(() => parseSettings({ [name]: '/tls/file' })).toThrow(
      'SSL_CERTFILE_PATH and SSL_KEYFILE_PATH (--tls-cert, --tls-key) must be set together, got ' +
        `${name} alone; set the other one too`,
    );
  });

  it.each(['65536', '-1', 'http'])('rejects the port %s for metrics', (port) => {
    expect(() => parseSettings({ LITELLM_HA_METRICS_PORT: port })).toThrow(
      'LITELLM_HA_METRICS_PORT must be a port from 0 to 65535; correct the environment variable',
    );
  });

  it('reads how much memory there is', () => {
    expect(parseSettings({ LITELLM_HA_MEMORY_MIB: '768' }).memoryBytes).toBe(768 * 1024 * 1024);
  });

  it.each(['127', '1.5e3x', '200.5', '9999999'])('rejects %s MiB of memory', (value) => {
    expect(() => parseSettings({ LITELLM_HA_MEMORY_MIB: value })).toThrow(
      'LITELLM_HA_MEMORY_MIB must be a whole number of MiB from 128 to 1048576; correct the environment variable',
    );
  });

  it.each([
    ['true', 'elsewhere'],
    ['True', 'elsewhere'],
    ['1', 'elsewhere'],
    ['false', 'here'],
    ['', 'here'],
  ])('takes DISABLE_SCHEMA_UPDATE=%s for a schema that is updated %s', (value, expected) => {
    expect(parseSettings({ DISABLE_SCHEMA_UPDATE: value }).schemaUpdates).toBe(expected);
  });

  it.each([
    [{ LITELLM_HA_REGION: 'ap' }, '"ap"'],
    [{}, 'null'],
  ])('rejects regions that leave out its own: %j', (environment, own) => {
    expect(() => parseSettings({ ...environment, LITELLM_HA_REGIONS: 'eu,us' })).toThrow(
      `LITELLM_HA_REGIONS must name this region too, which is ${own} by LITELLM_HA_REGION; correct one of the two`,
    );
  });

  it.each([['0'], ['1.5'], ['many'], ['10001']])('rejects %s replicas', (replicas) => {
    expect(() => parseSettings({ LITELLM_HA_REPLICAS: replicas })).toThrow(
      'LITELLM_HA_REPLICAS must be a whole number from 1 to 10000; correct the environment variable',
    );
  });

  it('rejects a time that is none', () => {
    expect(() => parseSettings({ KEEPALIVE_TIMEOUT: '1m' })).toThrow(
      'KEEPALIVE_TIMEOUT must be a number of seconds from 0 to 86400; correct the environment variable',
    );
  });
});
