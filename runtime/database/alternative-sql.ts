import { classifySqlFailure } from './sql-failure';
import type { SqlRunner } from './sql';

/** Asks the second server when the first one is away; what the first one refuses, the second would refuse, too. */
export class AlternativeSql implements SqlRunner {
  constructor(
    private readonly first: SqlRunner,
    private readonly second: SqlRunner,
  ) {}

  async query<Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    try {
      return await this.first.query<Row>(text, values);
    } catch (error) {
      if (this.first === this.second || classifySqlFailure(error) !== 'connection') throw error;
      return this.second.query<Row>(text, values);
    }
  }
}
