import { isRotationDue } from '../../../runtime/directory/rotation';

const KEY = { rotationSeconds: 60, issuedAtMs: 1000, replacedBy: null, revoked: false };

describe('isRotationDue', () => {
  it('is so once the secret is as old as it may get', () => {
    expect(isRotationDue(KEY, 60_999)).toBe(false);
    expect(isRotationDue(KEY, 61_000)).toBe(true);
  });

  it.each([{ rotationSeconds: null }, { replacedBy: 'key-2' }, { revoked: true }])(
    'is never so with %j',
    (parts) => {
      expect(isRotationDue({ ...KEY, ...parts }, 1e15)).toBe(false);
    },
  );
});
