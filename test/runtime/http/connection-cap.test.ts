import { planConnections } from '../../../runtime/http/connection-cap';

const MEBIBYTE = 1024 * 1024;

describe('planConnections', () => {
  it.each([
    ['files', 256, 768 * MEBIBYTE, 80],
    ['files', 1024, 768 * MEBIBYTE, 464],
    ['memory', 1_048_576, 768 * MEBIBYTE, 6144],
    ['memory', null, 128 * MEBIBYTE, 1024],
    ['one', 10, 128 * MEBIBYTE, 1],
  ])('leaves room for others: bound by %s of %s and %i bytes to %i', (...given) => {
    const [, openFiles, memoryBytes, most] = given;
    expect(planConnections({ openFiles, memoryBytes })).toEqual({ most, surplus: 32 });
  });
});
