import { groupBy } from '../group-by';
import { z } from 'zod';
import { findPrice, priceUse } from '../../lib/prices/index';
import type { DimensionSpend, SpendFilter } from '../database/sql-spend-reader';
import { EVERY_SPEND } from '../database/sql-spend-reader';
import { GatewayError } from '../errors';
import { readUsage } from '../providers/usage';
import { resolveKnownModel, resolveProviderModel } from '../routing/resolve-model';
import { askStore } from './directory-writer';
import { id } from './entity-fields';
import { selectKeys } from './entity-lookup';
import type { ManagementParts } from './management-parts';
import type { ManagementRequest, Operation } from './operation';
import { parseCount, parsePageQuery, selectText } from './page-query';
import { field, invalid, parseBody, requireField } from './parse-body';
import { renderDollars } from './render-rows';
import type { Row } from './render-rows';
import { addUp, renderActivity, renderDays, renderEntry, renderMetrics } from './render-spend';
import { resolveSpendFilter } from './spend-scope';
import { readUserRows } from './spent';

/** Sums of a day: as many as there are payers times models. A report that needs more names a shorter time. */
const MOST_SUMS = 20_000;
const DAY_MS = 86_400_000;
const STANDARD_DAYS = 30;

const USAGE = z.looseObject({
  usage: z.looseObject({
    prompt_tokens: z.number().int().min(0),
    completion_tokens: z.number().int().min(0).default(0),
  }),
});

/** `/spend/…`, `/global/spend/…` and `/user/daily/activity`: what was spent, by whom and on what. */
export function createSpendOperations(parts: ManagementParts): readonly Operation[] {
  const spend = new SpendOperations(parts);
  const own = { method: 'GET', access: 'read-own' } as const;
  const all = { method: 'GET', access: 'read-all' } as const;
  return [
    { ...own, name: 'spend_logs', paths: ['/spend/logs'], run: spend.logs },
    { ...own, name: 'spend_tags', paths: ['/spend/tags'], run: spend.tags },
    { ...own, name: 'user_daily_activity', paths: ['/user/daily/activity'], run: spend.activity },
    {
      name: 'spend_calculate',
      method: 'POST',
      access: 'read-own',
      paths: ['/spend/calculate'],
      run: spend.calculate,
    },
    { ...all, name: 'spend_keys', paths: ['/spend/keys', '/global/spend/keys'], run: spend.keys },
    { ...all, name: 'spend_users', paths: ['/spend/users'], run: spend.users },
    { ...all, name: 'global_spend', paths: ['/global/spend'], run: spend.total },
    { ...all, name: 'global_spend_models', paths: ['/global/spend/models'], run: spend.models },
    { ...all, name: 'global_spend_teams', paths: ['/global/spend/teams'], run: spend.teams },
    { ...all, name: 'global_spend_logs', paths: ['/global/spend/logs'], run: spend.days },
    { ...all, name: 'global_spend_report', paths: ['/global/spend/report'], run: spend.report },
  ];
}

class SpendOperations {
  constructor(private readonly parts: ManagementParts) {}

  /** Rows; with `start_date` and `end_date` sums by day, unless `summarize=false`. */
  readonly logs = async (request: ManagementRequest): Promise<readonly Row[]> => {
    const { query } = request;
    const filter = await resolveSpendFilter(this.parts, request);
    const summarize = query.get('summarize')?.toLowerCase() ?? 'true';
    if (filter.fromMs !== null && filter.untilMs !== null && summarize !== 'false') {
      return renderDays(await this.readDaily(filter));
    }
    const { page, size } = parsePageQuery(query, 'page_size', { standard: 100, most: 1000 });
    const entries = await askStore(() =>
      this.parts.spend.readEntries(filter, { limit: size, offset: (page - 1) * size }),
    );
    return entries.map(renderEntry);
  };

  readonly tags = async (request: ManagementRequest): Promise<readonly Row[]> => {
    const filter = await resolveSpendFilter(this.parts, request);
    const rows = await this.readBy('tag', filter, request.query);
    return rows.map(({ name, calls, microDollars }) => ({
      individual_request_tag: name,
      log_count: calls,
      total_spend: renderDollars(microDollars),
    }));
  };

  readonly activity = async (request: ManagementRequest): Promise<Row> => {
    const { page, size } = parsePageQuery(request.query, 'page_size', {
      standard: 50,
      most: 1000,
    });
    const daily = await this.readDaily(
      withStandardDays(await resolveSpendFilter(this.parts, request), this.parts),
    );
    const days = renderActivity(daily);
    const { spend, ...counts } = renderMetrics(addUp(daily));
    return {
      results: days.slice((page - 1) * size, page * size),
      metadata: {
        total_spend: spend,
        total_prompt_tokens: counts.prompt_tokens,
        total_completion_tokens: counts.completion_tokens,
        total_tokens: counts.total_tokens,
        total_api_requests: counts.api_requests,
        total_successful_requests: counts.successful_requests,
        total_failed_requests: counts.failed_requests,
        page,
        total_pages: Math.ceil(days.length / size),
        has_more: page * size < days.length,
      },
    };
  };

  /** The price of an answer by its usage. */
  readonly calculate = (request: ManagementRequest): Promise<Row> => {
    const body = parseBody(
      {
        model: id(),
        completion_response: field('an answer with its usage', USAGE),
        messages: field('a list', z.array(z.unknown())),
      },
      request.body,
    );
    const model = requireField('model', body.model);
    const { table, clock } = this.parts;
    const { deployments = [], wildcard = null } = resolveKnownModel(model, table) ?? {};
    const [price] = deployments.flatMap((deployment) => {
      const found = findPrice(deployment, {
        model: resolveProviderModel(deployment, wildcard),
        answeredBy: null,
        wallMs: clock.wallMs(),
      });
      return found.kind === 'known' ? [found.price] : [];
    });
    if (price === undefined) {
      throw new GatewayError('model_not_found', 'there is no price for this model', {
        param: 'model',
      });
    }
    const { usage } = requireField('completion_response', body.completion_response);
    const used = readUsage(usage);
    const microDollars = used === null ? null : priceUse({ ...used, seconds: 0 }, price);
    if (microDollars === null) throw invalid('completion_response', 'must hold a usage in range');
    return Promise.resolve({ cost: renderDollars(microDollars) });
  };

  readonly keys = async (request: ManagementRequest): Promise<readonly Row[]> => {
    const filter = await resolveSpendFilter(this.parts, request);
    const rows = await this.readBy('key', filter, request.query);
    // Of one account the newest key stands for all of its line.
    const known = new Map(
      selectKeys(this.parts.desk.directory, this.parts.clock.wallMs()).map((key) => [
        key.accountId,
        key,
      ]),
    );
    return rows.flatMap(({ name, microDollars }) => {
      if (name === null) return [];
      const key = known.get(name);
      return [
        {
          token: name,
          api_key: name,
          key_name: key?.name ?? null,
          key_alias: key?.alias ?? null,
          user_id: key?.userId ?? null,
          team_id: key?.teamId ?? null,
          spend: renderDollars(microDollars),
          total_spend: renderDollars(microDollars),
        },
      ];
    });
  };

  readonly users = async ({ query }: ManagementRequest): Promise<readonly Row[]> => {
    const asked = selectText(query, 'user_id');
    const limit = parseCount(query, 'limit', { standard: 100, most: 1000 });
    const users = [...this.parts.desk.directory.users.values()].filter(
      (user) => !user.revoked && (asked === null || user.id === asked),
    );
    return readUserRows(this.parts, users.slice(0, limit));
  };

  readonly total = async (): Promise<Row> => {
    const rows = await this.readBy('provider', EVERY_SPEND, new URLSearchParams());
    return { spend: renderDollars(addUp(rows).microDollars), max_budget: null };
  };

  readonly models = async (request: ManagementRequest): Promise<readonly Row[]> => {
    const filter = await resolveSpendFilter(this.parts, request);
    const rows = await this.readBy('model', filter, request.query);
    return rows.map(({ name, microDollars }) => ({
      model: name,
      total_spend: renderDollars(microDollars),
    }));
  };

  readonly teams = async (request: ManagementRequest): Promise<Row> => {
    const filter = withStandardDays(await resolveSpendFilter(this.parts, request), this.parts);
    const daily = (await this.readDaily(filter)).filter(({ teamId }) => teamId !== null);
    const byTeam = groupBy(daily, ({ teamId }) => this.nameTeam(teamId));
    return {
      teams: [...byTeam.keys()],
      daily_spend: [...groupBy(daily, ({ day }) => day)].map(([date, rows]) => ({
        date,
        ...Object.fromEntries(
          [...groupBy(rows, ({ teamId }) => this.nameTeam(teamId))].map(([team, part]) => [
            team,
            renderDollars(addUp(part).microDollars),
          ]),
        ),
      })),
      total_spend_per_team: [...byTeam].map(([team, rows]) => ({
        team_id: rows[0]?.teamId,
        team_name: team,
        total_spend: renderDollars(addUp(rows).microDollars),
      })),
    };
  };

  /** Oldest day first, for charts. */
  readonly days = async (request: ManagementRequest): Promise<readonly Row[]> => {
    const filter = withStandardDays(await resolveSpendFilter(this.parts, request), this.parts);
    const daily = await this.readDaily(filter);
    return [...groupBy(daily, ({ day }) => day)]
      .map(([date, rows]) => ({ date, spend: renderDollars(addUp(rows).microDollars) }))
      .reverse();
  };

  readonly report = async (request: ManagementRequest): Promise<readonly Row[]> => {
    const { query } = request;
    requireField('start_date', selectText(query, 'start_date'));
    requireField('end_date', selectText(query, 'end_date'));
    const groupName = selectText(query, 'group_by') ?? 'team';
    if (groupName !== 'team' && groupName !== 'api_key') {
      throw invalid('group_by', 'must be team or api_key');
    }
    const daily = await this.readDaily(await resolveSpendFilter(this.parts, request));
    return [...groupBy(daily, ({ day }) => day)].map(([day, rows]) => ({
      group_by_day: day,
      teams: [
        ...groupBy(rows, ({ teamId, keyId }) =>
          groupName === 'team' ? this.nameTeam(teamId) : (keyId ?? ''),
        ),
      ].map(([name, part]) => ({
        [groupName === 'team' ? 'team_name' : 'api_key']: name,
        total_spend: renderDollars(addUp(part).microDollars),
        metadata: part.map((row) => ({
          model: row.litellmModel ?? row.group,
          api_key: row.keyId,
          spend: renderDollars(row.microDollars),
          total_tokens: row.promptTokens + row.completionTokens,
        })),
      })),
    }));
  };

  private async readDaily(filter: SpendFilter) {
    const found = await askStore(() =>
      this.parts.spend.readDaily(filter, { limit: MOST_SUMS + 1, offset: 0 }),
    );
    if (found.length <= MOST_SUMS) return found;
    throw invalid('end_date', `must leave at most ${MOST_SUMS} sums; ask for fewer days`);
  }

  private readBy(
    dimension: Parameters<ManagementParts['spend']['readByDimension']>[0],
    filter: SpendFilter,
    query: URLSearchParams,
  ): Promise<readonly DimensionSpend[]> {
    const limit = parseCount(query, 'limit', { standard: 100, most: 1000 });
    return askStore(() =>
      this.parts.spend.readByDimension(dimension, filter, { limit, offset: 0 }),
    );
  }

  private nameTeam(teamId: string | null): string {
    if (teamId === null) return 'Unassigned';
    return this.parts.desk.directory.teams.get(teamId)?.alias ?? teamId;
  }
}

/** Where no days are named, the last thirty. */
function withStandardDays(
  filter: SpendFilter,
  { clock }: Pick<ManagementParts, 'clock'>,
): SpendFilter {
  if (filter.fromMs !== null) return filter;
  return { ...filter, fromMs: (filter.untilMs ?? clock.wallMs()) - STANDARD_DAYS * DAY_MS };
}
