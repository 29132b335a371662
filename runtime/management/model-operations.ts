import type { DeploymentConfig } from '../../lib/config/gateway-config';
import { GatewayError } from '../errors';
import { selectMaxInputTokens, selectTokenPrice } from '../routing/known-models';
import type { RoutingTable } from '../routing/routing-table';
import type { ManagementParts } from './management-parts';
import type { ManagementRequest, Operation } from './operation';
import { selectText } from './page-query';
import type { Row } from './render-rows';

/** `/model/info` and `/model_group/info`: what the configuration serves, without its secrets. */
export function createModelOperations({ table, clock }: ManagementParts): readonly Operation[] {
  const read = { method: 'GET', access: 'read-own' } as const;
  return [
    {
      ...read,
      name: 'model_info',
      paths: ['/model/info', '/v1/model/info'],
      run: (request) => Promise.resolve(renderModels(table, request, clock.wallMs())),
    },
    {
      ...read,
      name: 'model_group_info',
      paths: ['/model_group/info'],
      run: (request) => Promise.resolve(renderGroups(table, request, clock.wallMs())),
    },
  ];
}

function renderModels(
  table: RoutingTable,
  { query, power }: ManagementRequest,
  wallMs: number,
): Row {
  const asked = selectText(query, 'litellm_model_id');
  const all = [...table.byId.values()];
  const found = asked === null ? all : all.filter(({ id }) => id === asked);
  if (asked !== null && found.length === 0) {
    throw new GatewayError('unknown_model_id', 'there is no deployment of this id', {
      param: 'litellm_model_id',
    });
  }
  const details = power.kind === 'administrator' || power.kind === 'auditor' ? 'all' : 'public';
  return { data: found.map((deployment) => renderModel(deployment, { details, wallMs })) };
}

/** Named one by one, so that no parameter of a provider that holds a secret slips through. */
function renderModel(
  deployment: DeploymentConfig,
  { details, wallMs }: { readonly details: 'all' | 'public'; readonly wallMs: number },
): Row {
  const price = selectTokenPrice(deployment, wallMs);
  return {
    model_name: deployment.modelName,
    litellm_params: {
      model: deployment.litellmModel,
      ...(details === 'public'
        ? {}
        : {
            api_base: renderAddress(deployment.apiBase),
            rpm: deployment.rpm,
            tpm: deployment.tpm,
            weight: deployment.weight,
            order: deployment.order,
            max_parallel_requests: deployment.maxParallelRequests,
            tags: deployment.tags,
          }),
    },
    model_info: {
      id: deployment.id,
      db_model: false,
      base_model: deployment.baseModel,
      litellm_provider: deployment.provider,
      max_input_tokens: selectMaxInputTokens(deployment),
      input_cost_per_token: price?.input ?? null,
      output_cost_per_token: price?.output ?? null,
      access_groups: deployment.accessGroups,
    },
  };
}

/** An address may carry a key in its query, or a password before its host. */
function renderAddress(text: string | null): string | null {
  if (text === null || !URL.canParse(text)) return null;
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname === '/' ? '' : pathname}`;
}

function renderGroups(table: RoutingTable, { query }: ManagementRequest, wallMs: number): Row {
  const asked = selectText(query, 'model_group');
  return {
    data: [...table.groups]
      .filter(([name, deployments]) => deployments.length > 0 && (asked ?? name) === name)
      .map(([name, deployments]) => renderGroup(name, deployments, wallMs)),
  };
}

function renderGroup(name: string, deployments: readonly DeploymentConfig[], wallMs: number): Row {
  const prices = deployments.flatMap((deployment) => selectTokenPrice(deployment, wallMs) ?? []);
  return {
    model_group: name,
    providers: [...new Set(deployments.map(({ provider }) => provider))],
    max_input_tokens: selectMost(deployments.map(selectMaxInputTokens)),
    input_cost_per_token: selectMost(prices.map(({ input }) => input)),
    output_cost_per_token: selectMost(prices.map(({ output }) => output)),
    rpm: sum(deployments.map(({ rpm }) => rpm)),
    tpm: sum(deployments.map(({ tpm }) => tpm)),
  };
}

function selectMost(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** Null when any is unbounded: then so is the whole. */
function sum(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (total, value) => (total === null || value === null ? null : total + value),
    0,
  );
}
