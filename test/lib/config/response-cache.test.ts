import { parseGatewayConfig } from '../../../lib/config';
import type { ResponseCacheConfig } from '../../../lib/config/gateway-config';

const read = (text: string): ResponseCacheConfig | null =>
  parseGatewayConfig(text, { environment: { REDIS_HOST: 'h' } }).responseCache;

const withParams = (params: string): ResponseCacheConfig | null =>
  read(`litellm_settings: {cache: true, cache_params: {${params}}}`);

describe('parseResponseCache', () => {
  it('keeps no answers unless the file says so', () => {
    expect(read('router_settings: {redis_host: h}')).toBeNull();
    expect(read('litellm_settings: {cache: false, cache_params: {type: redis}}')).toBeNull();
  });

  it('keeps answers in Redis for a minute, as LiteLLM does', () => {
    expect(read('litellm_settings: {cache: true}')).toEqual({
      store: 'redis',
      ttlSeconds: 60,
      mode: 'default_on',
      namespace: null,
    });
  });

  it('reads how long, for whom, where and under which name', () => {
    expect(withParams('type: local, ttl: 600, mode: default_off, namespace: team-a')).toEqual({
      store: 'local',
      ttlSeconds: 600,
      mode: 'default_off',
      namespace: 'team-a',
    });
  });

  it('takes the standard of the store where no time is given', () => {
    const ttls = 'default_in_redis_ttl: 30, default_in_memory_ttl: 90';
    expect(withParams(`type: redis, ${ttls}`)?.ttlSeconds).toBe(30);
    expect(withParams(`type: local, ${ttls}`)?.ttlSeconds).toBe(90);
  });

  it('asks the provider every time where the store is another kind, or chat is not to be cached', () => {
    expect(withParams('type: s3')).toBeNull();
    expect(withParams('supported_call_types: [embedding]')).toBeNull();
    expect(withParams('supported_call_types: [acompletion]')).not.toBeNull();
  });

  it('rejects a mode that there is not', () => {
    expect(() => withParams('mode: sometimes')).toThrow(
      'litellm_settings.cache_params.mode must be one of default_on, default_off, got "sometimes"',
    );
  });
});
