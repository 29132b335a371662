import { groupBy } from '../group-by';
import type { DailySpend, SpendSum, StoredEntry } from '../database/sql-spend-reader';
import { renderDollars, renderTime } from './render-rows';
import type { Row } from './render-rows';

/** LiteLLM's row of `/spend/logs`. */
export function renderEntry(entry: StoredEntry): Row {
  return {
    request_id: entry.callId,
    call_type: entry.route,
    api_key: entry.keyId ?? '',
    spend: renderDollars(entry.microDollars),
    total_tokens: entry.promptTokens + entry.completionTokens,
    prompt_tokens: entry.promptTokens,
    completion_tokens: entry.completionTokens,
    startTime: renderTime(entry.startedAtMs),
    endTime: renderTime(entry.endedAtMs),
    completionStartTime: renderTime(entry.firstByteAtMs),
    model: entry.litellmModel ?? entry.model,
    model_id: entry.deploymentId,
    model_group: entry.group,
    custom_llm_provider: entry.provider,
    user: entry.userId ?? '',
    team_id: entry.teamId,
    organization_id: entry.organizationId,
    end_user: entry.endUser,
    metadata: {
      calls: entry.calls,
      region: entry.partition.region,
      estimated: entry.estimated,
    },
    cache_hit: entry.cacheHit ? 'True' : 'False',
    request_tags: entry.tags,
    session_id: entry.sessionId,
    status: entry.outcome === 'success' ? 'success' : 'failure',
  };
}

/** One object for each day, newest first, with what each model and each payer spent. */
export function renderDays(daily: readonly DailySpend[]): readonly Row[] {
  return [...groupBy(daily, ({ day }) => day)].map(([day, rows]) => ({
    startTime: day,
    spend: renderDollars(addUp(rows).microDollars),
    users: renderShares(rows, ({ userId }) => userId),
    models: renderShares(rows, ({ litellmModel, group }) => litellmModel ?? group),
    api_keys: renderShares(rows, ({ keyId }) => keyId),
  }));
}

/** LiteLLM's `/user/daily/activity`: the same by day, model, provider and key, with counts. */
export function renderActivity(daily: readonly DailySpend[]): readonly Row[] {
  const breakdown = (
    rows: readonly DailySpend[],
    select: (row: DailySpend) => string | null,
  ): Row =>
    Object.fromEntries(
      [...groupBy(rows, (row) => select(row) ?? '')].map(([name, part]) => [
        name,
        { metrics: renderMetrics(addUp(part)), metadata: {} },
      ]),
    );
  return [...groupBy(daily, ({ day }) => day)].map(([date, rows]) => ({
    date,
    metrics: renderMetrics(addUp(rows)),
    breakdown: {
      models: breakdown(rows, ({ litellmModel, group }) => litellmModel ?? group),
      model_groups: breakdown(rows, ({ group }) => group),
      providers: breakdown(rows, ({ provider }) => provider),
      api_keys: breakdown(rows, ({ keyId }) => keyId),
    },
  }));
}

export function renderMetrics(sum: SpendSum): Row {
  return {
    spend: renderDollars(sum.microDollars),
    prompt_tokens: sum.promptTokens,
    completion_tokens: sum.completionTokens,
    total_tokens: sum.promptTokens + sum.completionTokens,
    api_requests: sum.calls,
    successful_requests: sum.successfulCalls,
    failed_requests: sum.calls - sum.successfulCalls,
  };
}

export function addUp(sums: readonly SpendSum[]): SpendSum {
  const total = (select: (sum: SpendSum) => number): number =>
    sums.reduce((all, sum) => all + select(sum), 0);
  return {
    calls: total(({ calls }) => calls),
    successfulCalls: total(({ successfulCalls }) => successfulCalls),
    promptTokens: total(({ promptTokens }) => promptTokens),
    completionTokens: total(({ completionTokens }) => completionTokens),
    microDollars: total(({ microDollars }) => microDollars),
  };
}

function renderShares(
  rows: readonly DailySpend[],
  select: (row: DailySpend) => string | null,
): Row {
  return Object.fromEntries(
    [...groupBy(rows, (row) => select(row) ?? '')].map(([name, part]) => [
      name,
      renderDollars(addUp(part).microDollars),
    ]),
  );
}
