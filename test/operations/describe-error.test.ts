import { describeError } from '../../operations/describe-error';

describe('describeError', () => {
  it.each([
    [new Error('no route to host'), 'no route to host'],
    // What the SDK of AWS and drivers of databases throw is not always an Error of this realm.
    [{ message: 'connection refused' }, 'connection refused'],
    [new Error(''), 'unknown'],
    ['a text', 'unknown'],
    [null, 'unknown'],
    [undefined, 'unknown'],
  ])('says of %p: %s', (error, text) => {
    expect(describeError(error)).toBe(text);
  });
});
