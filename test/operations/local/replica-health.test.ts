import { UNKNOWN_HEALTH, reduceReplicaHealth } from '../../../operations/local/replica-health';

const thresholds = { healthyThreshold: 2, unhealthyThreshold: 3 };

/** States after each probe: `+` answered, `-` failed. */
function statesAfter(probes: string): string {
  let health = UNKNOWN_HEALTH;
  return [...probes]
    .map((probe) => {
      health = reduceReplicaHealth(health, probe === '+' ? 'answered' : 'failed', thresholds);
      return health.state;
    })
    .join(' ');
}

describe('reduceReplicaHealth', () => {
  it.each([
    ['believes the first probe', '+', 'up'],
    ['believes the first failure', '-', 'down'],
    ['needs three failures in a row to go down', '+---', 'up up up down'],
    ['starts counting again after an answer', '+--+--', 'up up up up up up'],
    ['needs two answers in a row to come back', '-++', 'down down up'],
    ['starts counting again after a failure', '-+-+', 'down down down down'],
  ])('%s', (_, probes, states) => {
    expect(statesAfter(probes)).toBe(states);
  });
});
