import { renderHaproxy } from '../../../lib/render';
import { aProxyInput } from './proxies';

describe('renderHaproxy', () => {
  const config = renderHaproxy(aProxyInput('round-robin'));

  it.each([
    ['round-robin', 'roundrobin'],
    ['least-connections', 'leastconn'],
    ['latency', 'random(2)'],
    ['sticky', 'source'],
  ] as const)('chooses replicas by %s', (strategy, method) => {
    expect(renderHaproxy(aProxyInput(strategy)).match(/^ {2}balance .*$/gm)).toEqual([
      `  balance ${method}`,
    ]);
  });

  it('waits as long as streams may be silent', () => {
    expect(config).toContain('timeout server 300s');
    expect(config).toContain('timeout client 300s');
    expect(config).toContain('hard-stop-after 600s');
  });

  it('asks replicas whether they are ready', () => {
    expect(config).toContain('http-check send meth GET uri /health/readiness ver HTTP/1.1');
    expect(config).toContain('default-server check inter 5s fall 3 rise 2');
    expect(config).toContain('timeout check 3s');
  });

  it('repeats only what no replica has seen', () => {
    expect(config.match(/retry-on .*/g)).toEqual(['retry-on conn-failure']);
  });

  it('keeps the public from taking replicas out of service', () => {
    expect(config).toContain('http-request deny deny_status 404 if { path_beg /health/drain }');
  });
});
