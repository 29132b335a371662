import { Writable } from 'node:stream';
import { BurstWriter } from '../../../runtime/http/burst-writer';

function collect(highWaterMark = 1024): {
  readonly written: string[];
  readonly response: Writable;
} {
  const written: string[] = [];
  const response = new Writable({
    highWaterMark,
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk.toString());
      setImmediate(done);
    },
  });
  return { written, response };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('BurstWriter', () => {
  it('writes what comes in one turn at once, and what comes in the next one by itself', async () => {
    const { written, response } = collect();
    const writer = new BurstWriter(response);
    for (const piece of ['a', 'b', 'c']) writer.write(Buffer.from(piece));
    expect(written).toEqual([]);
    await nextTurn();
    writer.write(Buffer.from('d'));
    await nextTurn();
    expect(written).toEqual(['abc', 'd']);
  });

  it('writes the rest when it is flushed, and nothing twice', async () => {
    const { written, response } = collect();
    const writer = new BurstWriter(response);
    writer.write(Buffer.from('last'));
    writer.flush();
    response.end();
    await nextTurn();
    expect(written).toEqual(['last']);
  });

  it('asks to wait while the response is full', async () => {
    const { response } = collect(4);
    const writer = new BurstWriter(response);
    expect(writer.write(Buffer.from('more than four bytes'))).toBe(true);
    writer.flush();
    expect(writer.write(Buffer.from('x'))).toBe(false);
    await new Promise((resolve) => response.once('drain', resolve));
    expect(writer.write(Buffer.from('y'))).toBe(true);
  });

  it('writes nothing into a response that was destroyed', async () => {
    const { written, response } = collect();
    const writer = new BurstWriter(response);
    writer.write(Buffer.from('late'));
    response.destroy();
    await nextTurn();
    expect(written).toEqual([]);
  });
});
