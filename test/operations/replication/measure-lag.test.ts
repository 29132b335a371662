import { measureLag } from '../../../operations/replication/measure-lag';

const HERE = 'us-east-1';
const PEER = 'eu-west-1';

/** Two databases: where the log of the peer stands, what its slot confirms, and what is noted here. */
class FakePair {
  nowSeconds = 1000;
  position = '0/10';
  confirmed: string | null = '0/10';
  copied = 4;
  notes: string | null = null;
  subscribed = true;
  waitedMs = 0;
  /** What happens while somebody waits. */
  meanwhile: () => void = () => undefined;

  measure(peerIs: 'there' | 'away' = 'there'): Promise<number | null> {
    return measureLag({
      here: HERE,
      peer: PEER,
      peerIs,
      query: (region, text) => Promise.resolve(this.answer(region, text)),
      wait: (delayMs) => {
        this.waitedMs += delayMs;
        this.nowSeconds += delayMs / 1000;
        this.meanwhile();
        return Promise.resolve();
      },
    });
  }

  private answer(region: string, text: string): readonly Readonly<Record<string, unknown>>[] {
    const now = this.nowSeconds;
    if (region === PEER) {
      if (text.includes('pg_current_wal_lsn')) return [{ position: this.position, now }];
      return this.confirmed === null ? [] : [{ position: this.confirmed, now }];
    }
    const [, noted] =
      /^COMMENT ON SUBSCRIPTION "gateway_from_eu_west_1" IS '(.*)'$/.exec(text) ?? [];
    if (noted === undefined) {
      return this.subscribed ? [{ notes: this.notes, now, copied: this.copied }] : [];
    }
    this.notes = noted;
    return [];
  }
}

describe('measureLag', () => {
  it('finds a peer that writes nothing not behind', async () => {
    const pair = new FakePair();
    expect(await pair.measure()).toBe(0);
    pair.nowSeconds += 86_400;
    expect(await pair.measure()).toBe(0);
    expect(pair.waitedMs).toBe(0);
  });

  it('waits a moment for what was written just now', async () => {
    const pair = new FakePair();
    pair.position = '0/20';
    pair.meanwhile = () => void (pair.confirmed = '0/20');
    expect(await pair.measure()).toBe(0.5);
  });

  it('tells the age of the newest mark of which all has arrived, while the peer is caught up with', async () => {
    const pair = new FakePair();
    await pair.measure();
    pair.nowSeconds += 300;
    pair.position = '0/20';
    expect(await pair.measure()).toBe(309.5);
    pair.nowSeconds += 290.5;
    pair.position = '0/30';
    pair.confirmed = '0/2F';
    // All of the second mark, not yet of the third.
    expect(await pair.measure()).toBe(309.5);
    pair.confirmed = '0/30';
    expect(await pair.measure()).toBe(0);
  });

  it('tells how long ago it last had all of a peer that is away', async () => {
    const pair = new FakePair();
    await pair.measure();
    pair.nowSeconds += 300;
    expect(await pair.measure('away')).toBe(300);
    pair.nowSeconds += 300;
    expect(await pair.measure('away')).toBe(600);
  });

  it('knows nothing before every table was copied once', async () => {
    const pair = new FakePair();
    pair.copied = 3;
    expect(await pair.measure()).toBeNull();
    expect(await pair.measure('away')).toBeNull();
    pair.copied = 4;
    expect(await pair.measure()).toBe(0);
  });

  it('knows nothing without a subscription, or once its slot is gone', async () => {
    const pair = new FakePair();
    pair.confirmed = null;
    expect(await pair.measure()).toBeNull();
    pair.subscribed = false;
    expect(await pair.measure()).toBeNull();
  });
});
