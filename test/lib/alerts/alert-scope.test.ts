import { renderSelector } from '../../../lib/alerts/alert-scope';

describe('renderSelector', () => {
  it('quotes values and leaves matchers as they are', () => {
    expect(renderSelector('up', { job: 'a "b"\\' }, 'status!="success"')).toBe(
      'up{job="a \\"b\\"\\\\",status!="success"}',
    );
  });
});
