import { MemoryHealthResultStore } from '../../../runtime/state/memory-health-result-store';
import { ManualClock } from '../../support/manual-clock';
import { itIsAHealthResultStore } from './health-result-store.contract';

describe('MemoryHealthResultStore', () => {
  itIsAHealthResultStore(() => {
    const clock = new ManualClock();
    return { store: new MemoryHealthResultStore(clock), advance: (byMs) => clock.advance(byMs) };
  });
});
