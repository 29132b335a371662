import { ContentWatch } from '../../../runtime/dispatch/content-watch';
import { StreamOpening } from '../../../runtime/dispatch/stream-opening';
import type { Opening } from '../../../runtime/dispatch/stream-opening';
import { completionChunks } from '../../support/fake-provider';

const [TEXT = ''] = completionChunks(['Hi']);
const ROLE = 'data: {"choices":[{"delta":{"role":"assistant"}}]}\n\n';
const PING = ': ping\n\n';
const CONTENT_MS = 60_000;

/** Reads pieces, each at its own moment. */
function readAll(
  pieces: readonly (readonly [atMs: number, text: string])[],
  contentMs = CONTENT_MS,
): readonly Opening['kind'][] {
  const opening = new StreamOpening(new ContentWatch(contentMs), []);
  return pieces.map(([atMs, text]) => opening.read(Buffer.from(text), atMs).kind);
}

describe('StreamOpening', () => {
  it('waits for an event, then for a word of the answer', () => {
    const pieces = [
      [0, PING],
      [1, ROLE],
      [2, PING],
      [3, TEXT],
    ] as const;
    expect(readAll(pieces)).toEqual(['unproven', 'prelude', 'prelude', 'answer']);
  });

  it('reads on within one piece', () => {
    expect(readAll([[0, PING + ROLE + ROLE + TEXT]])).toEqual(['answer']);
    expect(readAll([[0, `${ROLE}data: [DONE]\n\n`]])).toEqual(['failed']);
  });

  it('lets go of a prelude after 15 seconds, so that its comments reach the client', () => {
    const pieces = [
      [100_000, ROLE],
      [115_000, PING],
      [115_001, PING],
    ] as const;
    expect(readAll(pieces)).toEqual(['prelude', 'prelude', 'answer']);
  });

  it('gives up a prelude with comments alone when that lasts longer than comments may', () => {
    const pieces = [
      [0, ROLE],
      [4000, PING],
      [4001, PING],
    ] as const;
    expect(readAll(pieces, 4000)).toEqual(['prelude', 'prelude', 'failed']);
  });

  it('counts comments from the first event, even if its empty line comes alone', () => {
    const pieces = [
      [1_000_000, ROLE.slice(0, -1)],
      [1_000_000, '\n'],
    ] as const;
    expect(readAll(pieces)).toEqual(['unproven', 'prelude']);
  });

  it('holds only so much of a prelude', () => {
    const long = `: ${'x'.repeat(300 * 1024)}\n\n`;
    expect(readAll([[0, ROLE + long]])).toEqual(['answer']);
    expect(readAll([[0, long]])).toEqual(['failed']);
  });

  it.each([
    ['', '', 'the provider ended its stream without an answer'],
    [ROLE, '', 'the provider ended its stream without an answer'],
    ['', '{"error":{"message":"x"}}', 'x'],
  ])('says why a stream of %j that ended was no answer', (text, all, message) => {
    const opening = new StreamOpening(new ContentWatch(CONTENT_MS), []);
    opening.read(Buffer.from(text), 0);
    expect(opening.end(all)).toMatchObject({ message });
  });
});
