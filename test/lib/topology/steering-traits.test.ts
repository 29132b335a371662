import fc from 'fast-check';
import { listSpreadingPolicies, selectSteering } from '../../../lib';
import {
  describeInterval,
  offersInterval,
  selectInterval,
  type IntervalChoice,
} from '../../../lib/topology/steering-traits';

const CHOICES: IntervalChoice = { kind: 'choices', seconds: [30, 10], source: 'a test' };
const RANGE: IntervalChoice = { kind: 'range', minSeconds: 30, maxSeconds: 300, source: 'a test' };

describe('selectInterval', () => {
  it('takes the next longer time that is offered, or the longest', () => {
    expect([1, 10, 11, 99].map((wished) => selectInterval(CHOICES, wished))).toEqual([
      10, 10, 30, 30,
    ]);
    expect([1, 45, 999].map((wished) => selectInterval(RANGE, wished))).toEqual([30, 45, 300]);
  });

  it('always selects what is offered', () => {
    fc.assert(
      fc.property(fc.constantFrom(CHOICES, RANGE), fc.nat(1000), (choice, wished) => {
        expect(offersInterval(choice, selectInterval(choice, wished))).toBe(true);
      }),
    );
  });
});

describe('offersInterval', () => {
  it('knows fractions and numbers beyond the range', () => {
    expect([10, 15, 30].map((seconds) => offersInterval(CHOICES, seconds))).toEqual([
      true,
      false,
      true,
    ]);
    expect([29, 30.5, 300, 301].map((seconds) => offersInterval(RANGE, seconds))).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });
});

describe('describeInterval', () => {
  it('says what is offered', () => {
    expect([describeInterval(CHOICES), describeInterval(RANGE)]).toEqual([
      '30 or 10 s',
      '30–300 s',
    ]);
  });
});

describe('listSpreadingPolicies', () => {
  it('names the preferred policy of a target first', () => {
    expect(listSpreadingPolicies('aws')).toEqual(['latency', 'anycast', 'geolocation']);
    expect(listSpreadingPolicies('gcp')).toEqual(['anycast', 'geolocation']);
    expect(listSpreadingPolicies('k8s')).toEqual(['latency', 'geolocation']);
    expect(listSpreadingPolicies('local')).toEqual(['latency']);
  });
});

describe('selectSteering', () => {
  it('can lead clients away from a lost region on every target', () => {
    for (const target of ['aws', 'gcp', 'k8s', 'local'] as const) {
      expect(selectSteering(target, 'failover')?.by).toMatch(/\w/);
    }
    expect(selectSteering('gcp', 'latency')).toBeNull();
  });
});
