import { renderNginx } from '../../../lib/render';
import { aProxyInput } from './proxies';

describe('renderNginx', () => {
  const config = renderNginx({ ...aProxyInput('round-robin'), runFolder: '/run/nginx' });

  it.each([
    ['round-robin', []],
    ['least-connections', ['least_conn;']],
    ['latency', ['random two least_conn;']],
    ['sticky', ['ip_hash;']],
  ] as const)('chooses replicas by %s', (strategy, methods) => {
    const text = renderNginx({ ...aProxyInput(strategy), runFolder: '/run/nginx' });

    expect(
      text.match(/^ *(least_conn|random|ip_hash)[^;]*;$/gm)?.map((line) => line.trim()) ?? [],
    ).toEqual(methods);
  });

  it('passes streams on as they come and waits as long as they may be silent', () => {
    expect(config).toContain('proxy_buffering off;');
    expect(config).toContain('proxy_read_timeout 300s;');
    expect(config).toContain('worker_shutdown_timeout 600s;');
  });

  it('keeps idle connections for less time than the gateway does', () => {
    const { timers } = aProxyInput('round-robin');

    expect(config).toContain(`keepalive_timeout ${timers.loadBalancerIdleSeconds}s;`);
    expect(timers.loadBalancerIdleSeconds).toBeLessThan(timers.keepAliveSeconds);
  });

  it('leaves a replica out that fails, and never sends a request twice', () => {
    expect(config).toContain('server 127.0.0.1:4001 max_fails=3 fail_timeout=18s;');
    expect(config).toContain('proxy_next_upstream error;');
    expect(config).not.toContain('non_idempotent');
  });

  it('keeps the public from taking replicas out of service', () => {
    expect(config).toMatch(/location \^~ \/health\/drain \{\s+return 404;\s+\}/);
  });
});
