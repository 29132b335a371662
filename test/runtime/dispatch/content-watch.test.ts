import { ContentWatch } from '../../../runtime/dispatch/content-watch';

describe('ContentWatch', () => {
  it.each([
    ['a comment', ': ping\n\n', true],
    ['an empty line', '\n', true],
    ['an empty line of Windows', '\r\n', true],
    ['an event', 'data: x\n\n', false],
    ['a comment before an event', ': ping\n\ndata: x\n\n', false],
    ['the middle of a line', 'x', false],
  ])('takes %s for what it is', (_name, text, isOverdue) => {
    const watch = new ContentWatch(1000);
    watch.restart(0);
    expect(watch.isOverdue(Buffer.from(text), 1001)).toBe(isOverdue);
  });

  it('counts from the last content, or from its restart', () => {
    const watch = new ContentWatch(1000);
    const ping = Buffer.from(': ping\n\n');
    watch.restart(0);
    expect(watch.isOverdue(Buffer.from('data: x\n\n'), 900)).toBe(false);
    expect(watch.isOverdue(ping, 1900)).toBe(false);
    expect(watch.isOverdue(ping, 1901)).toBe(true);
    watch.restart(1901);
    expect(watch.isOverdue(ping, 2901)).toBe(false);
  });
});
