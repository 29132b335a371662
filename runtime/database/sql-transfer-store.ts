import type { Transfer, TransferStore } from '../limits/transfer';
import type { Database } from './sql';

const INSERT = `
  INSERT INTO gateway_budget_transfers
    (stamp, quota_id, window_number, from_region, to_region, micro_dollars)
  SELECT stamp, quota_id, window_number, from_region, to_region, micro_dollars
  FROM json_to_recordset($1::json) AS transfer
    (stamp text, quota_id text, window_number bigint, from_region text, to_region text,
     micro_dollars bigint)
  ORDER BY stamp
  ON CONFLICT (stamp) DO NOTHING`;

const READ = `
  SELECT transfer.stamp, transfer.quota_id, transfer.window_number, transfer.from_region,
    transfer.to_region, transfer.micro_dollars
  FROM gateway_budget_transfers AS transfer
  JOIN json_to_recordset($1::json) AS budget (quota_id text, window_number bigint)
    ON transfer.quota_id = budget.quota_id AND transfer.window_number = budget.window_number
  ORDER BY transfer.stamp`;

interface TransferRow {
  readonly stamp: string;
  readonly quota_id: string;
  readonly window_number: number;
  readonly from_region: string;
  readonly to_region: string;
  readonly micro_dollars: number;
}

/** The handovers of budgets between regions, in PostgreSQL. */
export class SqlTransferStore implements TransferStore {
  constructor(private readonly database: Database) {}

  /** From the writer: a handover that is seen late is money that nobody may spend. */
  async read(
    budgets: readonly Pick<Transfer, 'quotaId' | 'window'>[],
  ): Promise<readonly Transfer[]> {
    const asked = new Map(
      budgets.map(({ quotaId, window }) => [
        `${quotaId} ${window}`,
        { quota_id: quotaId, window_number: window },
      ]),
    );
    if (asked.size === 0) return [];
    const rows = await this.database.writer.query<TransferRow>(READ, [
      JSON.stringify([...asked.values()]),
    ]);
    return rows.map((row) => ({
      stamp: row.stamp,
      quotaId: row.quota_id,
      window: row.window_number,
      fromRegion: row.from_region,
      toRegion: row.to_region,
      microDollars: row.micro_dollars,
    }));
  }

  async write(transfers: readonly Transfer[]): Promise<void> {
    if (transfers.length === 0) return;
    const rows = transfers.map((transfer) => ({
      stamp: transfer.stamp,
      quota_id: transfer.quotaId,
      window_number: transfer.window,
      from_region: transfer.fromRegion,
      to_region: transfer.toRegion,
      micro_dollars: transfer.microDollars,
    }));
    await this.database.writer.query(INSERT, [JSON.stringify(rows)]);
  }
}
