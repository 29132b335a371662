import {
  selectBreakerState,
  selectDeploymentState,
  selectVerdict,
} from '../../../runtime/routing/breaker';
import { UNTRIED } from '../../../runtime/routing/health';
import type { Health } from '../../../runtime/routing/health';

const health = (parts: Partial<Health>): Health => ({ ...UNTRIED, ...parts });
const RESTING = { coolingUntilMs: 2000, recovery: 'awaited' } as const;

describe('selectBreakerState', () => {
  it.each([
    ['closed', health({})],
    ['open', health({ ...RESTING, cooldownReason: 'failures' })],
    ['open', health({ ...RESTING, cooldownReason: 'credentials' })],
    ['rate-limited', health({ ...RESTING, cooldownReason: 'rate-limit' })],
    ['half-open', health({ ...RESTING, coolingUntilMs: 1000 })],
    ['ramping', health({ recovery: 'ramping', rampStartMs: 500 })],
    ['closed', health({ recovery: 'ramping', rampStartMs: -30_000 })],
  ] as const)('is %s', (state, memory) => {
    expect(selectBreakerState(memory, 1000)).toBe(state);
  });
});

describe('selectDeploymentState', () => {
  it.each([
    ['healthy', health({})],
    ['partial-outage', health({ failuresInARow: 2 })],
    ['outage', health({ failuresInARow: 3 })],
    ['outage', health({ ...RESTING, cooldownReason: 'rate-limit' })],
  ] as const)('is %s', (state, memory) => {
    expect(selectDeploymentState(memory, 1000)).toBe(state);
  });
});

describe('selectVerdict', () => {
  it.each([
    ['healthy', health({ ...RESTING, cooldownReason: 'rate-limit' })],
    ['healthy', health({ failuresInARow: 2 })],
    ['unhealthy', health({ failuresInARow: 3 })],
    ['unhealthy', health({ ...RESTING, cooldownReason: 'failures' })],
    ['unhealthy', health({ credentials: 'refused' })],
    ['unhealthy', health({ failedCheckUntilMs: 1001 })],
  ] as const)('is %s', (verdict, memory) => {
    expect(selectVerdict(memory, 1000)).toBe(verdict);
  });
});
