import { parseGatewayConfig, type CacheConfig } from '../../../lib/config';

const cacheOf = (text: string, environment: Record<string, string> = {}): CacheConfig | null =>
  parseGatewayConfig(text, { environment }).cache;

const SINGLE: CacheConfig = {
  kind: 'single',
  nodes: [{ host: 'h', port: 6379 }],
  sentinelServiceName: null,
  sentinelPassword: null,
  username: null,
  password: null,
  tls: false,
  tlsCaFile: null,
  database: 0,
};

describe('parseCacheConfig', () => {
  it('reads a single server from cache_params', () => {
    const text =
      'litellm_settings: {cache: true, cache_params: {host: h, port: "7000", password: os.environ/P, ssl: true}}';
    expect(cacheOf(text, { P: 'secret' })).toEqual({
      ...SINGLE,
      nodes: [{ host: 'h', port: 7000 }],
      password: 'secret',
      tls: true,
    });
  });

  it('reads a single server from router_settings', () => {
    expect(cacheOf('router_settings: {redis_host: h}')).toEqual(SINGLE);
  });

  it('reads a Cluster from the router, where LiteLLM has it among the arguments', () => {
    const text = 'router_settings: {cache_kwargs: {startup_nodes: [{host: a, port: 7001}]}}';
    expect(cacheOf(text)).toEqual({
      ...SINGLE,
      kind: 'cluster',
      nodes: [{ host: 'a', port: 7001 }],
    });
  });

  it('reads Sentinels, several in one text once it is resolved', () => {
    const text =
      'litellm_settings: {cache: true, cache_params: {service_name: m, sentinel_nodes: [[os.environ/S, 26379]], sentinel_password: sp, password: p}}';
    expect(cacheOf(text, { S: 'a, b:26380' })).toEqual({
      ...SINGLE,
      kind: 'sentinel',
      nodes: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 26_380 },
      ],
      sentinelServiceName: 'm',
      sentinelPassword: 'sp',
      password: 'p',
    });
  });

  it('splits the Sentinels of the guide and gives them their port', () => {
    const text =
      'general_settings: {redis_host: "a,b", redis_use_sentinel: true, redis_sentinel_master_name: m}';
    expect(cacheOf(text)?.nodes).toEqual([
      { host: 'a', port: 26_379 },
      { host: 'b', port: 26_379 },
    ]);
  });

  it('reads the parts of a URL', () => {
    const text = 'router_settings: {redis_url: "rediss://u:p%40@h:7000/1"}';
    expect(cacheOf(text)).toEqual({
      ...SINGLE,
      nodes: [{ host: 'h', port: 7000 }],
      username: 'u',
      password: 'p@',
      tls: true,
    });
  });

  it('reads no cache where it is switched off, or not of Redis', () => {
    expect(cacheOf('general_settings: {cache: false, redis_host: h}')).toBeNull();
    expect(cacheOf('litellm_settings: {cache: true, cache_params: {type: local}}')).toBeNull();
  });

  it('takes the Redis of the environment for what replicas share, whether or not answers are cached', () => {
    const environment = { REDIS_HOST: 'h', REDIS_DB: '3', REDIS_SSL_CA_CERTS: '/certs/ca.crt' };
    const shared = { ...SINGLE, database: 3, tlsCaFile: '/certs/ca.crt' };
    expect(cacheOf('litellm_settings: {}', environment)).toEqual(shared);
    expect(cacheOf('litellm_settings: {cache: false}', environment)).toEqual(shared);
    expect(
      cacheOf('litellm_settings: {cache: true, cache_params: {type: local}}', environment),
    ).toEqual(shared);
  });

  describe('with the Redis of the environment named in the file', () => {
    const environment = {
      REDIS_HOST: 'h',
      REDIS_USERNAME: 'gateway',
      REDIS_PASSWORD: 'p',
      REDIS_SSL: 'true',
    };
    const cached = (params: string): string =>
      `litellm_settings: {cache: true, cache_params: {${params}}}`;

    it('takes from the environment who enters it, and how', () => {
      const complete = { ...SINGLE, username: 'gateway', password: 'p', tls: true };
      const params = 'host: os.environ/REDIS_HOST, password: os.environ/REDIS_PASSWORD';
      expect(cacheOf(cached(params), environment)).toEqual(complete);
      const router = 'router_settings: {redis_host: os.environ/REDIS_HOST}';
      expect(cacheOf(router, environment)).toEqual(complete);
    });

    it('keeps what the file says of it', () => {
      const params = 'host: h, username: u, password: q, ssl: false, db: 2';
      expect(cacheOf(cached(params), environment)).toEqual({
        ...SINGLE,
        username: 'u',
        password: 'q',
        database: 2,
      });
    });

    it('tells another Redis nothing of it', () => {
      const other = { ...SINGLE, nodes: [{ host: 'other', port: 6379 }] };
      expect(cacheOf(cached('host: other'), environment)).toEqual(other);
    });
  });

  it('reads the authorities and the database of cache_params', () => {
    const params = '{host: h, ssl: true, ssl_ca_certs: /certs/ca.crt, db: 2}';
    expect(cacheOf(`litellm_settings: {cache: true, cache_params: ${params}}`)).toEqual({
      ...SINGLE,
      tls: true,
      tlsCaFile: '/certs/ca.crt',
      database: 2,
    });
  });

  describe('with only cache: true', () => {
    const text = 'litellm_settings: {cache: true}';

    it('reads a single server from the environment', () => {
      const environment = { REDIS_HOST: 'h', REDIS_PASSWORD: 'p', REDIS_SSL: 'True' };
      expect(cacheOf(text, environment)).toEqual({ ...SINGLE, password: 'p', tls: true });
    });

    it('reads Sentinels from the environment', () => {
      const environment = {
        REDIS_SENTINEL_NODES: '[["a", 26379], ["b", "26380"]]',
        REDIS_SERVICE_NAME: 'm',
        REDIS_SENTINEL_PASSWORD: 'sp',
        REDIS_HOST: 'ignored',
      };
      expect(cacheOf(text, environment)).toEqual({
        ...SINGLE,
        kind: 'sentinel',
        nodes: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 26_380 },
        ],
        sentinelServiceName: 'm',
        sentinelPassword: 'sp',
      });
    });

    it('reads a Cluster from the environment', () => {
      const environment = { REDIS_CLUSTER_NODES: '[{"host": "a", "port": "7001"}]' };
      expect(cacheOf(text, environment)).toMatchObject({
        kind: 'cluster',
        nodes: [{ host: 'a', port: 7001 }],
      });
    });
  });
});
