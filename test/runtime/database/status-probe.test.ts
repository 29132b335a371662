import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { DatabaseStatusProbe, readDatabaseAnswer } from '../../../runtime/database/status-probe';
import { ManualClock } from '../../support/manual-clock';

/** Lets settled promises be heard. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('DatabaseStatusProbe', () => {
  it('says nothing at first, then what the last answer was, and stops when told', async () => {
    const clock = new ManualClock();
    const ask = jest.fn<Promise<void>, []>().mockResolvedValue(undefined);
    const probe = new DatabaseStatusProbe(clock, ask);
    expect(probe.connected).toBeNull();
    await settle();
    expect(probe.connected).toBe('connected');

    ask.mockRejectedValue(new Error('refused'));
    clock.advance(10_000);
    await settle();
    expect(probe.connected).toBe('disconnected');
    expect(ask).toHaveBeenCalledTimes(2);

    probe.stop();
    expect(clock.waiting).toBe(0);
  });
});

describe('readDatabaseAnswer', () => {
  it('rejects when the server closes the connection', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(readDatabaseAnswer(`postgresql://u:p@127.0.0.1:${port}/d`)).rejects.toThrow();
    await new Promise((resolve) => server.close(resolve));
  });
});
