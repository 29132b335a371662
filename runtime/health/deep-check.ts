import type { HealthChecksConfig } from '../../lib/config/gateway-config';
import { Attempt } from '../dispatch/attempt';
import type { Fleet, Target } from '../dispatch/fleet';
import { translateUpstream } from '../dispatch/translated-upstream';
import { UsageMeter } from '../dispatch/usage-meter';
import type { Clock, Memory, Upstream } from '../ports';
import { parseClientBody } from '../providers/client-body';
import type { ClientBody } from '../providers/client-body';
import type { Failure } from '../routing/failure';
import type { CheckResult } from '../state/health-result-store';

export interface DeepCheckParts {
  readonly fleet: Fleet;
  readonly upstream: Upstream;
  readonly clock: Clock;
  readonly memory: Memory;
  readonly settings: Pick<HealthChecksConfig, 'concurrency' | 'transientErrors'>;
}

/** Asks deployments a real question, since nothing less proves that key, quota and model are in order. */
export class DeepCheck {
  private running: Promise<readonly CheckResult[]> | null = null;

  constructor(private readonly parts: DeepCheckParts) {}

  /** Whoever asks for everything while it is being checked gets that result: checks cost money. */
  checkAll(): Promise<readonly CheckResult[]> {
    this.running ??= this.check([...this.parts.fleet.targets.values()]).finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** Each on its own: one that takes its whole time holds up nothing but its place among those asked at once. */
  async check(targets: readonly Target[]): Promise<readonly CheckResult[]> {
    const waiting = [...targets];
    const results: CheckResult[] = [];
    const work = async (): Promise<void> => {
      for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
        results.push(await this.checkOne(target));
      }
    };
    await Promise.all(Array.from({ length: this.parts.settings.concurrency }, work));
    return results;
  }

  /** Tells the router what was found, here or by another replica. */
  record(results: readonly CheckResult[]): void {
    for (const { modelId, failure } of results) {
      const target = this.parts.fleet.targets.get(modelId);
      if (target === undefined || !isCheckable(target)) continue;
      if (failure !== null && this.isIgnored(failure)) continue;
      this.parts.fleet.recordCheck(target, failure);
    }
  }

  private async checkOne(target: Target): Promise<CheckResult> {
    const modelId = target.config.id;
    return { modelId, failure: isCheckable(target) ? await this.call(target) : null };
  }

  private async call({ config, provider }: Target): Promise<Failure | null> {
    const { healthCheck } = config;
    const timeoutMs = healthCheck.timeoutSeconds * 1000;
    const model = healthCheck.model ?? config.providerModel;
    const upstream = translateUpstream(this.parts.upstream, provider, () => ({
      delivery: 'json',
      providerModel: model,
      usageEvent: 'as-asked',
      createdSeconds: Math.floor(this.parts.clock.wallMs() / 1000),
      id: 'health-check',
    }));
    const attempt = new Attempt(upstream, this.parts.clock, {
      delivery: 'json',
      request: provider.toUpstream(renderQuestion(healthCheck.maxTokens), model),
      limits: {
        connectMs: timeoutMs,
        firstByteMs: timeoutMs,
        idleMs: timeoutMs,
        contentMs: timeoutMs,
        totalMs: timeoutMs,
        pausedMs: timeoutMs,
      },
      secrets: provider.secrets,
      meter: new UsageMeter({ delivery: 'json', body: null }),
      usageEvent: 'shown',
      memory: this.parts.memory,
    });
    const result = await attempt.result;
    return result.kind === 'failed' ? result.failure : null;
  }

  /** LiteLLM's `health_check_ignore_transient_errors`. */
  private isIgnored(failure: Failure): boolean {
    return (
      this.parts.settings.transientErrors === 'ignored' &&
      (failure.kind === 'provider_rate_limit' || failure.kind === 'provider_timeout')
    );
  }
}

/** The model behind a wildcard is known only when a client names it, or the file does. */
function isCheckable({ config }: Target): boolean {
  return config.healthCheck.model !== null || !config.providerModel.includes('*');
}

function renderQuestion(maxTokens: number): ClientBody {
  const question = {
    model: 'health-check',
    messages: [{ role: 'user', content: 'Hi' }],
    max_tokens: maxTokens,
  };
  return parseClientBody(Buffer.from(JSON.stringify(question)), null);
}
