import fc from 'fast-check';
import { parseCachedAnswer, renderCachedAnswer } from '../../../runtime/state/cached-answer';
import type { CachedAnswer } from '../../../runtime/state/cached-answer';

const answers: fc.Arbitrary<CachedAnswer> = fc.record({
  kind: fc.constantFrom('json', 'stream'),
  createdAtMs: fc.nat(),
  deploymentId: fc.string(),
  promptTokens: fc.nat(),
  completionTokens: fc.nat(),
  body: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
});

describe('parseCachedAnswer', () => {
  it('reads what renderCachedAnswer wrote, byte for byte', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        expect(parseCachedAnswer(renderCachedAnswer(answer))).toEqual(answer);
      }),
    );
  });

  it.each(['', '{"v":1}', '{"v":1}\n', '{"v":2,"kind":"json"}\nbody', 'x\nbody', '\n'])(
    'takes %j for nothing',
    (text) => {
      expect(parseCachedAnswer(Buffer.from(text))).toBeNull();
    },
  );
});
