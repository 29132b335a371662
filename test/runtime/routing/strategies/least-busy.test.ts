import { selectLeastBusy } from '../../../../runtime/routing/strategies/least-busy';
import { selectLeastConnections } from '../../../../runtime/routing/strategies/least-connections';
import { aLoad } from '../../../support/a-load';
import { deployment } from '../../../support/gateway-config-builder';
import { strategyContext } from './strategy.contract';

const SMALL = deployment({ id: 'small', weight: 1 });
const LARGE = deployment({ id: 'large', weight: 4 });
const GROUP = [SMALL, LARGE];

const loads = (small: number, large: number) =>
  new Map([
    ['small', aLoad({ inFlight: small })],
    ['large', aLoad({ inFlight: large })],
  ]);

describe('selectLeastBusy', () => {
  it('takes the fewest requests in flight, whatever the weights', () => {
    expect(selectLeastBusy(GROUP, strategyContext({ loads: loads(1, 2) }))).toBe(SMALL);
    expect(selectLeastBusy(GROUP, strategyContext({ loads: loads(3, 2) }))).toBe(LARGE);
  });

  it('takes one that was never asked for idle', () => {
    const busy = new Map([['small', aLoad({ inFlight: 1 })]]);
    expect(selectLeastBusy(GROUP, strategyContext({ loads: busy }))).toBe(LARGE);
  });

  it('leaves it to chance among equals', () => {
    const context = strategyContext({ loads: loads(2, 2) });
    expect(selectLeastBusy(GROUP, { ...context, random: 0.4 })).toBe(SMALL);
    expect(selectLeastBusy(GROUP, { ...context, random: 0.6 })).toBe(LARGE);
  });
});

describe('selectLeastConnections', () => {
  it('takes the fewest requests in flight for its weight', () => {
    expect(selectLeastConnections(GROUP, strategyContext({ loads: loads(1, 2) }))).toBe(LARGE);
    expect(selectLeastConnections(GROUP, strategyContext({ loads: loads(1, 5) }))).toBe(SMALL);
  });

  it('takes no weight for one, and a weight of zero for none wanted', () => {
    const plain = deployment({ id: 'small' });
    const unwanted = deployment({ id: 'large', weight: 0 });
    expect(selectLeastConnections([plain, unwanted], strategyContext({ loads: loads(9, 0) }))).toBe(
      plain,
    );
  });
});
