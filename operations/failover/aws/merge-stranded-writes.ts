import type { FailoverAction } from '../../../lib';
import {
  RECORD_TABLES,
  type ExecutorPorts,
  type RecordDigest,
  type RecordTable,
  type StoredRecord,
} from './executor-ports';
import type { StepMode, StepOutcome } from './step-outcome';

/** Ten thousand records of the ledger are some four megabytes; an answer of Lambda holds six. */
const PAGE_RECORDS = 5_000;
/** Parts copied at one go: what is left is copied when the step is looked at again. */
const PARTS_AT_ONCE = 20;

/**
 * Copies what a region took after it was cut off into the database that took its place. Parts whose digests agree are left
 * out, so that a copy which was interrupted goes on where it stopped.
 */
export async function mergeStrandedWrites(
  { from, into }: Extract<FailoverAction, { readonly kind: 'merge-stranded-writes' }>,
  mode: StepMode,
  { peers, database }: Pick<ExecutorPorts, 'peers' | 'database'>,
): Promise<StepOutcome> {
  const theirs = parseDigests(await peers.ask(from, { kind: 'read-digests' }));
  const ours = new Map((await database.readDigests()).map((each) => [nameOf(each), each.count]));
  const missing = theirs.filter((each) => (ours.get(nameOf(each)) ?? 0) < each.count);
  if (missing.length === 0) return { status: 'done', detail: `${into} has all of ${from}` };
  if (mode === 'real') {
    for (const { table, part } of missing.slice(0, PARTS_AT_ONCE)) {
      await copyPart({ table, part, from, peers, database });
    }
  }
  return { status: 'waiting', detail: `${missing.length} parts of ${from} are not in ${into}` };
}

async function copyPart(
  input: Pick<ExecutorPorts, 'peers' | 'database'> & {
    readonly table: RecordTable;
    readonly part: string;
    readonly from: string;
  },
): Promise<void> {
  const { table, part, from, peers, database } = input;
  for (let offset = 0; ; offset += PAGE_RECORDS) {
    const page = { table, part, offset, limit: PAGE_RECORDS };
    const records = (await peers.ask(from, {
      kind: 'read-records',
      page,
    })) as readonly StoredRecord[];
    if (records.length > 0) await database.storeRecords(table, records);
    if (records.length < PAGE_RECORDS) return;
  }
}

function nameOf({ table, part }: Pick<RecordDigest, 'table' | 'part'>): string {
  return `${table} ${part}`;
}

function parseDigests(value: unknown): readonly RecordDigest[] {
  const list = Array.isArray(value) ? (value as readonly RecordDigest[]) : null;
  if (list?.every(({ table }) => RECORD_TABLES.includes(table)) === true) return list;
  throw new Error('the other executor speaks of tables that are not known here; deploy both anew');
}
