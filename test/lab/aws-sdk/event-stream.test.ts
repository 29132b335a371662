import fc from 'fast-check';
import { EventStream, selectConverseEvent } from '../../../runtime/providers/bedrock/event-stream';
import { describeWithPackage } from '../../support/lab-tool';
import type { FrameSdk } from './sdk';

describeWithPackage('@smithy/eventstream-codec', (load) => {
  const { EventStreamCodec } = load('@smithy/eventstream-codec') as FrameSdk;
  const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    (text) => Buffer.from(text, 'utf8'),
  );

  describe('EventStream', () => {
    it('reads what AWS writes, with headers of every type, however it is cut', () => {
      const value = fc.oneof(
        fc.record({ type: fc.constant('string'), value: fc.string({ maxLength: 300 }) }),
        fc.record({ type: fc.constant('boolean'), value: fc.boolean() }),
        fc.record({ type: fc.constant('integer'), value: fc.integer() }),
        fc.record({ type: fc.constant('byte'), value: fc.integer({ min: -128, max: 127 }) }),
        fc.record({ type: fc.constant('short'), value: fc.integer({ min: -32768, max: 32767 }) }),
        fc.record({ type: fc.constant('binary'), value: fc.uint8Array({ maxLength: 300 }) }),
        fc.record({ type: fc.constant('timestamp'), value: fc.date({ noInvalidDate: true }) }),
        fc.record({ type: fc.constant('uuid'), value: fc.uuid() }),
      );
      const message = fc.record({
        name: fc.stringMatching(/^[a-zA-Z]{1,30}$/),
        before: fc.dictionary(fc.stringMatching(/^[a-z-]{1,20}$/), value, { maxKeys: 4 }),
        payload: fc.jsonValue(),
      });
      fc.assert(
        fc.property(fc.array(message, { maxLength: 5 }), fc.nat(), (messages, seed) => {
          const bytes = Buffer.concat(
            messages.map(({ name, before, payload }) =>
              codec.encode({
                headers: { ...before, ':event-type': { type: 'string', value: name } },
                body: Buffer.from(JSON.stringify(payload)),
              }),
            ),
          );
          const stream = new EventStream(selectConverseEvent);
          const step = 1 + (seed % 97);
          const read = [];
          for (let at = 0; at < bytes.length; at += step) {
            read.push(...stream.read(bytes.subarray(at, at + step)));
          }
          expect(read).toEqual(
            messages.map(({ name, payload }) => ({ name, data: JSON.stringify(payload) })),
          );
        }),
        { numRuns: 500 },
      );
    });
  });
});
