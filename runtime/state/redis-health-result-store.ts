import { z } from 'zod';
import type { HealthReport, HealthResultStore } from './health-result-store';
import { isFailureKind } from '../routing/failure';
import type { FailureKind } from '../routing/failure';
import type { RedisKeys } from './redis-keys';
import type { RedisLink } from './redis-link';
import { RedisLock } from './redis-lock';

/** LiteLLM's: results older than this are nobody's any more. */
const REPORT_TTL_MS = 300_000;
/** Room for several thousand deployments. */
const MOST_REPORT_CHARACTERS = 4 * 1024 * 1024;

const report: z.ZodType<HealthReport> = z.object({
  checkedAtMs: z.number(),
  checkedBy: z.string(),
  results: z.array(
    z.object({
      modelId: z.string(),
      failure: z
        .object({
          kind: z.custom<FailureKind>(isFailureKind),
          status: z.number(),
          message: z.string(),
          retryAfterMs: z.number().nullable(),
        })
        .nullable(),
    }),
  ),
});

/** Shares the results of health checks among all replicas of a Redis. */
export class RedisHealthResultStore implements HealthResultStore {
  private readonly reportKey: string;
  private readonly turn: RedisLock;

  constructor(
    private readonly link: RedisLink,
    keys: RedisKeys,
  ) {
    this.reportKey = keys.shared('health', 'report');
    this.turn = new RedisLock(link, keys.shared('health', 'turn'));
  }

  async read(): Promise<HealthReport | null> {
    const text = await this.link.send('GET', [this.reportKey]);
    if (typeof text !== 'string' || text.length > MOST_REPORT_CHARACTERS) return null;
    return parseReport(text);
  }

  async write(next: HealthReport): Promise<void> {
    await this.link.send('SET', [this.reportKey, JSON.stringify(next), 'PX', REPORT_TTL_MS]);
  }

  takeTurn(owner: string, leaseMs: number): Promise<'taken' | 'busy'> {
    return this.turn.take(owner, leaseMs);
  }

  releaseTurn(owner: string): Promise<void> {
    return this.turn.release(owner);
  }
}

/** Null for what another version wrote: then whoever reads checks by itself. */
function parseReport(text: string): HealthReport | null {
  try {
    const parsed = report.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
