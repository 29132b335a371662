import { totalmem } from 'node:os';
import { parseOpenFiles, readProcessResources } from '../../../runtime/admission/process-resources';

// As Linux 6 writes /proc/self/limits.
const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max cpu time              unlimited            unlimited            seconds
Max open files            256                  4096                 files
Max locked memory         8388608              8388608              bytes
`;

describe('parseOpenFiles', () => {
  it.each([
    [LIMITS, 256],
    [LIMITS.replace('256 ', 'unlimited'), null],
    ['', null],
  ])('finds the soft limit', (limits, expected) => {
    expect(parseOpenFiles(limits)).toBe(expected);
  });
});

describe('readProcessResources', () => {
  it('finds no more memory than the machine has, and some', () => {
    const { memoryBytes } = readProcessResources();
    expect(memoryBytes).toBeGreaterThan(64 * 1024 * 1024);
    expect(memoryBytes).toBeLessThanOrEqual(totalmem());
  });
});
