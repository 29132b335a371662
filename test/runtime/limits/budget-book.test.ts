import { BudgetBook, READ_EVERY_MS } from '../../../runtime/limits/budget-book';
import type { BudgetName } from '../../../runtime/limits/budget-book';
import type { SpendScope } from '../../../runtime/ledger/ledger-entry';
import { ManualClock } from '../../support/manual-clock';
import { FakeLedger } from './fake-ledger';

const BUDGET: BudgetName = { id: 'key:a:budget', window: 0 };
const SCOPE: SpendScope = { kind: 'key', id: 'a', group: null, sinceMs: 0, region: null };

function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function createBook(): {
  readonly book: BudgetBook;
  readonly ledger: FakeLedger;
  readonly own: ReturnType<FakeLedger['spendAs']>;
  readonly other: ReturnType<FakeLedger['spendAs']>;
  readonly read: BudgetName[];
  readonly pass: (ms: number) => Promise<void>;
} {
  const ledger = new FakeLedger();
  const clock = new ManualClock();
  const own = ledger.spendAs({ region: 'here', boot: 'own' });
  const other = ledger.spendAs({ region: 'here', boot: 'other' });
  const read: BudgetName[] = [];
  const book = new BudgetBook({
    store: ledger,
    own,
    ports: { clock, random: { next: () => 0.5 } },
    onRead: (budget) => read.push(budget),
  });
  book.start();
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settled();
  };
  return { book, ledger, own, other, read, pass };
}

describe('BudgetBook', () => {
  it('reads a budget that is new soon, and again every ten seconds', async () => {
    const { book, ledger, other, read, pass } = createBook();
    other.record({ microDollars: 30 });
    ledger.ship();
    expect(book.selectSpent(BUDGET, SCOPE)).toBe(0);
    await pass(20);
    expect(book.selectSpent(BUDGET, SCOPE)).toBe(30);
    other.record({ microDollars: 5 });
    ledger.ship();
    await pass(READ_EVERY_MS - 1);
    expect(book.selectSpent(BUDGET, SCOPE)).toBe(30);
    await pass(1);
    expect(book.selectSpent(BUDGET, SCOPE)).toBe(35);
    expect(read).toEqual([BUDGET, BUDGET]);
  });

  it('counts its own spending at once, and not again when it is stored', async () => {
    const { book, ledger, own, pass } = createBook();
    own.record({ microDollars: 10 });
    expect(book.selectSpent(BUDGET, SCOPE)).toBe(10);
    ledger.ship();
    await pass(20);
    expect(book.selectSpent(BUDGET, SCOPE)).toBe(10);
  });

  it('keeps what it knew while the store is away, however long', async () => {
    const { book, ledger, other, pass } = createBook();
    other.record({ microDollars: 30 });
    ledger.ship();
    book.selectSpent(BUDGET, SCOPE);
    await pass(20);
    ledger.state = 'away';
    for (let minute = 0; minute < 30; minute += 1) await pass(60_000);
    expect(book.selectSpent(BUDGET, SCOPE)).toBe(30);
    ledger.state = 'up';
    other.record({ microDollars: 1 });
    ledger.ship();
    await pass(READ_EVERY_MS);
    expect(book.selectSpent(BUDGET, SCOPE)).toBe(31);
  });

  it('asks nothing about a budget that nobody used for ten minutes', async () => {
    const { book, ledger, pass } = createBook();
    book.selectSpent(BUDGET, SCOPE);
    await pass(20);
    await pass(600_000);
    expect(book.size).toBe(0);
    const { reads } = ledger;
    await pass(READ_EVERY_MS);
    expect(ledger.reads).toBe(reads);
  });

  it('begins a new window with nothing but what is known of it', async () => {
    const { book, ledger, other, pass } = createBook();
    other.record({ microDollars: 30 });
    ledger.ship();
    book.selectSpent(BUDGET, SCOPE);
    await pass(20);
    expect(book.selectSpent({ ...BUDGET, window: 1 }, { ...SCOPE, sinceMs: 5 })).toBe(0);
    expect(book.size).toBe(1);
  });

  it('counts what a former process left behind until the store has told of it', async () => {
    const clock = new ManualClock();
    // Of a former process; stored in the middle of the test, and told a read later, by a replica that lags.
    let left = 40;
    let stored = 0;
    const book = new BudgetBook({
      store: { readTotals: (scopes) => Promise.resolve(scopes.map(() => stored)) },
      own: { partition: { region: 'here', boot: 'own' }, ownSpend: () => left },
      ports: { clock, random: { next: () => 0.5 } },
      onRead: () => undefined,
    });
    book.start();
    expect(book.selectSpent(BUDGET, SCOPE)).toBe(40);
    left = 0;
    expect(book.selectSpent(BUDGET, SCOPE)).toBe(40);
    clock.advance(20);
    await settled();
    expect(book.selectSpent(BUDGET, SCOPE)).toBe(40);
    stored = 40;
    clock.advance(READ_EVERY_MS);
    await settled();
    expect(book.selectSpent(BUDGET, SCOPE)).toBe(40);
  });

  it('asks nothing once it is stopped', async () => {
    const { book, ledger, pass } = createBook();
    book.selectSpent(BUDGET, SCOPE);
    book.stop();
    await pass(60_000);
    expect(ledger.reads).toBe(0);
  });
});
