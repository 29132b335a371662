import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import { UNTRIED } from '../../../runtime/routing/health';
import type { Health } from '../../../runtime/routing/health';
import { selectDeployment } from '../../../runtime/routing/select-deployment';
import { aLoad } from '../../support/a-load';
import { deployment } from '../../support/gateway-config-builder';
import { selectionContext } from '../../support/selection-context';

const A = deployment({ id: 'a' });
const B = deployment({ id: 'b' });

function resting(untilMs: number, reason: Health['cooldownReason'] = 'failures'): Health {
  return { ...UNTRIED, coolingUntilMs: untilMs, cooldownReason: reason };
}

function chosen(
  group: readonly DeploymentConfig[],
  parts: Parameters<typeof selectionContext>[0],
): unknown {
  const selection = selectDeployment(group, selectionContext(parts));
  return selection.kind === 'chosen' ? selection.deployment.id : selection.refusal;
}

describe('selectDeployment', () => {
  it('leaves resting deployments out until their rest ends', () => {
    const health = new Map([['a', resting(1001)]]);
    expect(chosen([A, B], { health })).toBe('b');
    expect(chosen([A, B], { health, nowMs: 1001 })).toBe('a');
  });

  it('prefers what was not tried, and takes what was when nothing else is left', () => {
    expect(chosen([A, B], { tried: ['a'] })).toBe('b');
    expect(chosen([A, B], { tried: ['a', 'b'] })).toBe('a');
  });

  it('takes the lowest order that is awake', () => {
    const [first, second] = [
      deployment({ id: 'first', order: 1 }),
      deployment({ id: 'second', order: 2 }),
    ];
    expect(chosen([second, first, B], {})).toBe('first');
    expect(chosen([second, first, B], { health: new Map([['first', resting(2000)]]) })).toBe(
      'second',
    );
  });

  it('asks nobody of an order that has had its attempts', () => {
    const orders = [1, 1, 1, 2].map((order, index) => deployment({ id: `o${index}`, order }));
    expect(chosen(orders, { tried: ['o0'] })).toBe('o1');
    expect(chosen(orders, { tried: ['o0', 'o1'], spentOrders: [1] })).toBe('o3');
    expect(chosen(orders, { spentOrders: [1, 2] })).toEqual({ reason: 'resting', waitMs: 0 });
  });

  it('never ejects a whole group: the deployment whose rest ends first is tried', () => {
    const health = new Map([
      ['a', resting(3000)],
      ['b', resting(2000)],
    ]);
    expect(chosen([A, B], { health })).toBe('b');
  });

  it('passes when all rest and a fallback waits', () => {
    const health = new Map([['a', resting(3000)]]);
    expect(chosen([A], { health, whenAllCoolDown: 'pass' })).toEqual({
      reason: 'resting',
      waitMs: 2000,
    });
  });

  it('does not force a rate-limited deployment', () => {
    const health = new Map([['a', resting(3000, 'rate-limit')]]);
    expect(chosen([A], { health })).toEqual({ reason: 'resting', waitMs: 2000 });
  });

  it('has nothing to choose from an empty group', () => {
    expect(chosen([], {})).toEqual({ reason: 'resting', waitMs: 0 });
  });

  it('tells a rest, which passes, from a tag that nobody has', () => {
    const tagged = deployment({ id: 'paid', tags: ['paid'] });
    const health = new Map([['paid', resting(3000, 'rate-limit')]]);
    const router = { tagFiltering: 'any' } as const;
    expect(chosen([tagged, B], { health, router, traits: { tags: ['paid'] } })).toEqual({
      reason: 'resting',
      waitMs: 2000,
    });
    expect(chosen([tagged, B], { router, traits: { tags: ['free'] } })).toEqual({
      reason: 'tags',
      waitMs: 0,
    });
  });

  it('never forces a resting deployment that may not serve the request', () => {
    const tagged = deployment({ id: 'paid', tags: ['paid'] });
    const health = new Map([
      ['a', resting(1500)],
      ['paid', resting(3000)],
    ]);
    const router = { tagFiltering: 'any' } as const;
    expect(chosen([A, tagged], { health, router, traits: { tags: ['paid'] } })).toBe('paid');
  });

  it('chooses by the strategy among those that are left', () => {
    const loads = new Map([
      ['a', aLoad({ inFlight: 2 })],
      ['b', aLoad({ inFlight: 1 })],
    ]);
    expect(chosen([A, B], { loads, router: { strategy: 'least-busy' } })).toBe('b');
    expect(chosen([A, B], { loads, router: { strategy: 'round-robin' } })).toBe('a');
  });

  it('gives nothing to a deployment of weight zero while another is left, whatever the strategy', () => {
    const idle = deployment({ id: 'idle', weight: 0 });
    const loads = new Map([['b', aLoad({ inFlight: 9 })]]);
    expect(chosen([idle, B], { loads, router: { strategy: 'least-busy' } })).toBe('b');
    expect(chosen([idle], { router: { strategy: 'least-busy' } })).toBe('idle');
  });

  it('prefers a deployment with a free place to one where the request would wait', () => {
    const narrow = deployment({ id: 'narrow', maxParallelRequests: 1 });
    const loads = new Map([['narrow', aLoad({ inFlight: 1 })]]);
    expect(chosen([narrow, B], { loads })).toBe('b');
    expect(chosen([narrow], { loads })).toBe('narrow');
  });

  it('holds a sticky request to its deployment, and lets it go elsewhere while that one rests', () => {
    const group = ['a', 'b', 'c'].map((id) => deployment({ id }));
    const traits = { stickyKey: 'user:one' };
    const home = chosen(group, { traits });
    expect(chosen(group, { traits, random: 0.99 })).toBe(home);
    const health = new Map([[String(home), resting(3000)]]);
    const away = chosen(group, { traits, health });
    expect(away).not.toBe(home);
    expect(chosen(group, { traits, health, random: 0.99 })).toBe(away);
    expect(chosen(group, { traits, health, nowMs: 3000 })).toBe(home);
  });
});
