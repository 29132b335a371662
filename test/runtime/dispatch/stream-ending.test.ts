import {
  DoneTail,
  renderMissingLineEnds,
  selectDone,
} from '../../../runtime/dispatch/stream-ending';

describe('selectDone', () => {
  it.each([
    ['data: [DONE]', 12],
    ['data:[DONE]\n\n', 11],
    ['data: x\n\ndata: [DONE]\r\n', 21],
    ['data: x\rdata: [DONE]\r', 20],
    ['data: "[DONE]"\ndata: [DONE]\n', 27],
  ])('finds the end in %j', (text, at) => {
    expect(selectDone(Buffer.from(text))).toBe(at);
  });

  it.each([
    'data: {"content":"data: [DONE]"}\n\n',
    'data: [DONE] x\n',
    'event: [DONE]\n',
    'xdata: [DONE]\n',
    ': data: [DONE]\n',
    'data:  [DONE]\n',
    '',
  ])('finds none in %j', (text) => {
    expect(selectDone(Buffer.from(text))).toBe(-1);
  });
});

describe('renderMissingLineEnds', () => {
  it.each([
    ['', ''],
    ['data: x\n\n', ''],
    ['data: x\r\n\r\n', ''],
    ['data: x\r\r', ''],
    ['data: x\n', '\n'],
    ['data: x\r\n', '\n'],
    ['data: x', '\n\n'],
  ])('completes %j by %j', (tail, missing) => {
    expect(renderMissingLineEnds(tail)).toBe(missing);
  });
});

describe('DoneTail', () => {
  it.each([
    [['\n\n'], ['\n\n'], ''],
    [['\r\n\r\n'], ['\r\n\r\n'], ''],
    [['\r', '\n', '\r', '\n'], ['\r', '\n', '\r', '\n'], ''],
    [['\r\r'], ['\r\r'], ''],
    [['\n'], ['\n'], '\n'],
    [[], [], '\n\n'],
    [['\n\ndata: x\n\n'], ['\n\n'], ''],
    [['\ndata: x'], ['\n'], '\n'],
    [['\n\n\n'], ['\n\n'], ''],
  ])('takes of %j only %j, and completes it by %j', (pieces, expected, missing) => {
    const tail = new DoneTail();
    const taken = pieces.map((piece) => tail.select(Buffer.from(piece)).toString());
    expect(taken).toEqual(expected);
    expect(tail.complete()).toBe(missing);
  });
});
