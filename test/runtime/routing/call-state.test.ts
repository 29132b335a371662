import { reduceDecision, startCallState } from '../../../runtime/routing/call-state';
import type { Failure, FailureKind } from '../../../runtime/routing/failure';

const failure = (kind: FailureKind): Failure => ({
  kind,
  status: 500,
  message: kind,
  retryAfterMs: null,
});
const TO_B = { kind: 'fallback', group: 'b', waitingGroups: [] } as const;

describe('reduceDecision', () => {
  it("keeps the first group's failure as the one that the client is told", () => {
    const moved = reduceDecision(startCallState('a'), TO_B, failure('provider_timeout'));
    const { originalFailure } = reduceDecision(
      moved,
      { kind: 'fail' },
      failure('provider_internal'),
    );
    expect(originalFailure?.kind).toBe('provider_timeout');
  });

  it("tells the fallback's failure where the first group can never answer", () => {
    const moved = reduceDecision(startCallState('a'), TO_B, failure('model_not_usable'));
    const { originalFailure } = reduceDecision(
      moved,
      { kind: 'fail' },
      failure('provider_internal'),
    );
    expect(originalFailure?.kind).toBe('provider_internal');
  });

  it('keeps why the model failed, when nobody is left to ask in the end', () => {
    const retry = { kind: 'retry', afterMs: 0, spentOrders: [] } as const;
    const failed = reduceDecision(startCallState('a'), retry, failure('provider_internal'));
    const { originalFailure } = reduceDecision(failed, { kind: 'fail' }, failure('no_deployments'));
    expect(originalFailure?.kind).toBe('provider_internal');
  });
});
