import type { UsageEvent } from '../providers/upstream-body';
import type { PreparedProvider } from '../providers/provider';
import type { AttemptResult } from './attempt';
import type { Call } from './call';
import type { Target } from './fleet';

/** What a provider answers to a field that it does not know: it names the field, or gives no message that we can read. */
const REFUSALS: ReadonlySet<number> = new Set([400, 422]);
const REFUSAL = /stream_options|include_usage|^the provider answered with status \d+$/;

/**
 * Which deployments tell the usage of a stream when they are asked. Those of which nobody knows are asked until they
 * refuse what they accept without the question.
 */
export class UsageEvents {
  private readonly learned = new Map<string, PreparedProvider['usageEvents']>();

  select({ body }: Pick<Call, 'body'>, target: Target): UsageEvent {
    const isNeeded = body.usageEvent !== 'asked' && this.stateOf(target) !== 'unsupported';
    return isNeeded ? 'added' : 'as-asked';
  }

  /** Whether the failure may come from our question alone. */
  isDoubtful(target: Target, result: AttemptResult): boolean {
    if (result.kind !== 'failed' || this.stateOf(target) !== 'unknown') return false;
    const { status, message } = result.failure;
    return REFUSALS.has(status) && REFUSAL.test(message);
  }

  record({ config }: Target, state: 'supported' | 'unsupported'): void {
    this.learned.set(config.id, state);
  }

  private stateOf({ config, provider }: Target): PreparedProvider['usageEvents'] {
    return this.learned.get(config.id) ?? provider.usageEvents;
  }
}
