import type { Caller } from '../auth/caller';
import type { Call } from '../dispatch/call';
import type { Usage } from '../providers/usage';
import type { Clock } from '../ports';
import { AnswerCollector } from '../state/answer-collector';
import { parseCachedAnswer, renderCachedAnswer } from '../state/cached-answer';
import type { CachedAnswer } from '../state/cached-answer';
import { isYoungEnough, planCacheUse } from '../state/plan-cache-use';
import type { CacheUse } from '../state/plan-cache-use';
import type { KeptAnswers } from '../state/kept-answers';

type ActiveUse = Extract<CacheUse, { readonly kind: 'on' }>;

/** What is to be done with the answer of one call. */
export interface AnswerUse {
  readonly key: string;
  /** Takes what a stream sends; null: this answer is not to be kept. */
  readonly collector: AnswerCollector | null;
  readonly plan: ActiveUse;
}

/** A whole answer of a provider. */
export interface WholeAnswer {
  readonly kind: CachedAnswer['kind'];
  readonly deploymentId: string;
  readonly usage: Usage;
  readonly body: Buffer;
}

/** Gives answers again that were given before, to the same caller and for the same request. */
export class AnswerDesk {
  constructor(
    private readonly kept: KeptAnswers,
    private readonly clock: Clock,
  ) {}

  /** Null: this call is the provider's to answer, and nobody else's afterwards. */
  plan({ body }: Call, caller: Caller): AnswerUse | null {
    if (body.drill !== null) return null;
    const request = JSON.parse(body.bytes.toString('utf8')) as Readonly<Record<string, unknown>>;
    const plan = planCacheUse(
      {
        // Model and tags may come from the path and from headers.
        body: { ...request, model: body.model, tags: body.traits.tags, ...describeForwarded(body) },
        tenant: describeTenant(caller),
      },
      this.kept.settings,
    );
    if (plan.kind === 'off') return null;
    return {
      key: plan.key,
      collector: plan.write === 'yes' ? new AnswerCollector() : null,
      plan,
    };
  }

  async read({ key, plan }: AnswerUse): Promise<CachedAnswer | null> {
    if (plan.read === 'no') return null;
    const bytes = await this.kept.cache.read(key);
    const answer = bytes === null ? null : parseCachedAnswer(bytes);
    if (answer === null) return null;
    const { createdAtMs } = answer;
    return isYoungEnough(plan, { createdAtMs, wallMs: this.clock.wallMs() }) ? answer : null;
  }

  /** Nobody waits for it. */
  write({ key, plan }: AnswerUse, answer: WholeAnswer): void {
    if (plan.write === 'no') return;
    const { usage, ...told } = answer;
    const { promptTokens, completionTokens } = usage;
    const createdAtMs = this.clock.wallMs();
    const bytes = renderCachedAnswer({ ...told, promptTokens, completionTokens, createdAtMs });
    this.kept.cache.write(key, bytes, plan.ttlMs);
  }
}

/** A header that goes along may make another answer of the same body. */
function describeForwarded({ forwardable }: Call['body']): Readonly<Record<string, unknown>> {
  return forwardable.length === 0 ? {} : { 'forwarded headers': forwardable };
}

/** Keys of one team share, as they share a purpose; all others keep to themselves. */
function describeTenant(caller: Caller): string {
  if (caller.kind !== 'key') return caller.kind;
  const { key } = caller;
  return key.teamId === null ? `key:${key.accountId}` : `team:${key.teamId}`;
}
