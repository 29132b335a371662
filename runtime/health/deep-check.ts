import type { Fleet, Target } from '../dispatch/fleet';
import { Attempt } from '../dispatch/attempt';
import type { Clock, Upstream } from '../ports';
import { parseClientBody } from '../providers/client-body';
import type { Failure } from '../routing/failure';

export interface DeploymentHealth {
  readonly model: string;
  readonly modelId: string;
  readonly apiBase: string | null;
  /** Null: healthy. */
  readonly error: string | null;
}

export interface DeepCheckFilter {
  readonly model: string | null;
  readonly modelId: string | null;
}

const PROBE_TIMEOUT_MS = 15_000;
const PROBES_AT_ONCE = 8;
/** As small as a real call can be; five tokens because some models refuse one. */
const PROBE_BODY = parseClientBody(
  Buffer.from('{"model":"probe","messages":[{"role":"user","content":"Hi"}],"max_tokens":5}'),
  null,
);

/** Asks every deployment a real question, since nothing less proves that key, quota and model are in order. */
export class DeepCheck {
  private running: Promise<readonly DeploymentHealth[]> | null = null;

  constructor(
    private readonly fleet: Fleet,
    private readonly upstream: Upstream,
    private readonly clock: Clock,
  ) {}

  /** Whoever asks for everything while it is being checked gets that result: probes cost money. */
  run(filter: DeepCheckFilter): Promise<readonly DeploymentHealth[]> {
    if (filter.model !== null || filter.modelId !== null) return this.check(filter);
    this.running ??= this.check(filter).finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async check(filter: DeepCheckFilter): Promise<readonly DeploymentHealth[]> {
    const matches = (config: Target['config']): boolean =>
      (filter.model === null || config.modelName === filter.model) &&
      (filter.modelId === null || config.id === filter.modelId);
    const waiting = [...this.fleet.targets.values()].filter(({ config }) => matches(config));
    const found: DeploymentHealth[] = this.fleet.unspoken
      .filter(({ config }) => matches(config))
      .map(({ config, reason }) => ({
        model: config.litellmModel,
        modelId: config.id,
        apiBase: null,
        error: reason,
      }));
    const work = async (): Promise<void> => {
      for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
        found.push(await this.probe(target));
      }
    };
    await Promise.all(Array.from({ length: PROBES_AT_ONCE }, work));
    return found;
  }

  private async probe(target: Target): Promise<DeploymentHealth> {
    const { config, speaker } = target;
    const base = { model: config.litellmModel, modelId: config.id, apiBase: speaker.apiBase };
    // The model behind a wildcard is known only when a client names it.
    if (config.providerModel.includes('*')) return { ...base, error: null };
    const failure = await this.call(target);
    this.fleet.recordProbe(target, failure === null ? 'success' : 'failure');
    return { ...base, error: failure === null ? null : failure.message };
  }

  private async call({ config, speaker }: Target): Promise<Failure | null> {
    const attempt = new Attempt(this.upstream, this.clock, {
      delivery: 'json',
      request: speaker.toUpstream(PROBE_BODY, config.providerModel),
      limits: {
        firstByteMs: PROBE_TIMEOUT_MS,
        idleMs: PROBE_TIMEOUT_MS,
        totalMs: PROBE_TIMEOUT_MS,
        pausedMs: PROBE_TIMEOUT_MS,
      },
      secrets: speaker.secrets,
    });
    const result = await attempt.result;
    return result.kind === 'failed' ? result.failure : null;
  }
}
