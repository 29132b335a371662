import { describeOwner, isOwnerAlive, OWNER_SILENCE_MS } from '../../../runtime/ledger/boot-owner';

const HERE = describeOwner('boot-1', 1_000);
const ELSEWHERE = { ...HERE, host: 'another-machine' };

describe('isOwnerAlive', () => {
  it('believes a process that it can look at, however long it was silent', () => {
    expect(isOwnerAlive(HERE, 1_000 + 10 * OWNER_SILENCE_MS)).toBe(true);
  });

  it('is not misled by a number that another process has got', () => {
    expect(isOwnerAlive({ ...HERE, processStart: 'another' }, 1_000)).toBe(false);
  });

  it.each([
    ['on another machine', ELSEWHERE],
    ['in another container', { ...HERE, processNamespace: 'another' }],
    ['on a machine that tells nothing', { ...HERE, processNamespace: null }],
  ])('goes by when a process %s was seen last', (_name, owner) => {
    expect(isOwnerAlive(owner, 1_000 + OWNER_SILENCE_MS - 1)).toBe(true);
    expect(isOwnerAlive(owner, 1_000 + OWNER_SILENCE_MS)).toBe(false);
  });
});
