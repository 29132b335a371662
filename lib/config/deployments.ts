import type { Warning } from '../errors';
import { COST_FIELDS } from '../prices';
import type { PriceList } from '../prices';
import { byName } from './by-name';
import type { ModelEntry } from './config-schema';
import { isList, isMap, leavesOf, ownValue, sectionOf, type ConfigMap } from './config-tree';
import { CONFIG_DEFAULTS } from './defaults';
import { distinguishIds, hashDeployment } from './deployment-ids';
import type { DeploymentConfig, DeploymentHealthCheck } from './gateway-config';
import { selectCosts } from './price-list';
import { providerOf, UNKNOWN_PROVIDER } from './provider-of';
import { referenceName } from './references';
import { parseRequestShaping } from './parse-request-shaping';
import type { SharedShaping } from './shared-shaping';

/** Parameters that `DeploymentConfig` has a field for. */
const TYPED_PARAMS: ReadonlySet<string> = new Set([
  'model',
  'custom_llm_provider',
  'api_key',
  'api_base',
  'base_url',
  'api_version',
  'organization',
  'weight',
  'rpm',
  'tpm',
  'order',
  'max_parallel_requests',
  'timeout',
  'request_timeout',
  'stream_timeout',
  'num_retries',
  'cooldown_time',
  'tags',
  'litellm_credential_name',
  'region_name',
  ...COST_FIELDS,
  'max_budget',
  'budget_duration',
  'extra_headers',
  'headers',
  'extra_body',
  'drop_params',
  'additional_drop_params',
  'allowed_openai_params',
]);

/**
 * Puts what entries share beneath each of them: `router_settings.default_litellm_params`, then the values of the
 * credential it names.
 */
export function completeModelList(tree: ConfigMap): ConfigMap {
  const list = ownValue(tree, 'model_list');
  if (!isList(list)) return tree;
  const defaults = sectionOf(sectionOf(tree, 'router_settings'), 'default_litellm_params');
  const credentials = ownValue(tree, 'credential_list');
  const credentialOf = (name: unknown): ConfigMap => {
    if (typeof name !== 'string' || !isList(credentials)) return {};
    const found = credentials.find((item) => isMap(item) && item['credential_name'] === name);
    return isMap(found) ? sectionOf(found, 'credential_values') : {};
  };
  const completed = list.map((entry) => {
    if (!isMap(entry) || !isMap(entry['litellm_params'])) return entry;
    const params = entry['litellm_params'];
    const name = ownValue({ ...defaults, ...params }, 'litellm_credential_name');
    return { ...entry, litellm_params: { ...defaults, ...credentialOf(name), ...params } };
  });
  return { ...tree, model_list: completed };
}

/** The same entries before they were typed, where references still show, and what they share. */
export interface UntypedEntries {
  readonly written: readonly ConfigMap[];
  /** The written ones with what entries share beneath each. */
  readonly completed: readonly ConfigMap[];
  /** With all references resolved that the environment has; null: nothing is known of the environment. */
  readonly resolved: readonly ConfigMap[] | null;
  readonly shared: SharedShaping;
  readonly priceList: PriceList;
}

/** Deployments of the typed entries. */
export function parseDeployments(
  entries: readonly ModelEntry[],
  { written, completed, resolved, shared, priceList }: UntypedEntries,
): { readonly deployments: readonly DeploymentConfig[]; readonly warnings: readonly Warning[] } {
  const parsed = entries.flatMap((entry, index) => {
    const params = sectionOf(completed[index] ?? {}, 'litellm_params');
    const request = parseRequestShaping(entry, params, shared);
    return parseEntry(entry, written[index] ?? {}).map((deployment) => ({
      ...deployment,
      request,
      priceList,
      unsetVariables: referencesOf(resolved?.[index] ?? {}),
      index,
    }));
  });
  const { items, warnings } = distinguishIds(parsed);
  return {
    deployments: items.map(({ index: _index, ...deployment }) => deployment),
    warnings: [...warnings, ...entries.flatMap(warnOfProvider)],
  };
}

/** Names of the variables that an entry still refers to, sorted. */
function referencesOf(entry: ConfigMap): readonly string[] {
  const names = leavesOf(entry).flatMap(({ value }) => {
    const name = typeof value === 'string' ? referenceName(value) : null;
    return name === null ? [] : [name];
  });
  return [...new Set(names)].sort();
}

type UnshapedDeployment = Omit<DeploymentConfig, 'request' | 'priceList'>;

/** One deployment per organization, like LiteLLM. */
function parseEntry(entry: ModelEntry, written: ConfigMap): readonly UnshapedDeployment[] {
  const { organization } = entry.litellm_params;
  if (typeof organization === 'string' || organization === null || organization === undefined) {
    return [parseDeployment(entry, written, organization ?? null)];
  }
  const params = sectionOf(written, 'litellm_params');
  const names = ownValue(params, 'organization');
  return organization.map((name, index) => {
    const writtenName = isList(names) ? (names[index] ?? name) : name;
    const own = { ...written, litellm_params: { ...params, organization: writtenName } };
    return parseDeployment(entry, own, name);
  });
}

function parseDeployment(
  entry: ModelEntry,
  written: ConfigMap,
  organization: string | null,
): UnshapedDeployment {
  const params = entry.litellm_params;
  const info = entry.model_info;
  const {
    input_cost_per_token: inputCostPerToken = null,
    output_cost_per_token: outputCostPerToken = null,
    ...otherCosts
  } = { ...selectCosts(info ?? {}), ...selectCosts(params) };
  return {
    id: info?.id ?? hashDeployment(entry.model_name, sectionOf(written, 'litellm_params')),
    modelName: entry.model_name,
    ...providerOf(params.model, params.custom_llm_provider ?? null),
    litellmModel: params.model,
    apiKey: params.api_key ?? null,
    unsetVariables: [],
    apiBase: params.api_base ?? params.base_url ?? null,
    apiVersion: params.api_version ?? null,
    organization,
    weight: params.weight ?? null,
    rpm: entry.rpm ?? params.rpm ?? info?.rpm ?? null,
    tpm: entry.tpm ?? params.tpm ?? info?.tpm ?? null,
    order: params.order ?? null,
    maxParallelRequests: params.max_parallel_requests ?? null,
    timeoutSeconds: params.timeout ?? params.request_timeout ?? null,
    streamTimeoutSeconds: params.stream_timeout ?? null,
    retries: params.num_retries ?? null,
    cooldownSeconds: params.cooldown_time ?? info?.cooldown_time ?? null,
    allowedFails: info?.allowed_fails ?? null,
    allowedFailsByException: info?.allowed_fails_policy ?? byName([]),
    healthCheck: parseHealthCheck(info ?? {}),
    tags: params.tags ?? [],
    inputCostPerToken,
    outputCostPerToken,
    otherCosts,
    maxBudgetDollars: params.max_budget ?? null,
    budgetSeconds: params.budget_duration ?? null,
    maxInputTokens: info?.max_input_tokens ?? null,
    baseModel: info?.base_model ?? null,
    region: params.region_name ?? params.aws_region_name ?? params.vertex_location ?? null,
    responseSchemas: readSupport(info?.supports_response_schema ?? null),
    accessGroups: info?.access_groups ?? [],
    otherParams: Object.fromEntries(
      Object.entries(params).filter(([key]) => !TYPED_PARAMS.has(key)),
    ),
  };
}

function readSupport(supported: boolean | null): DeploymentConfig['responseSchemas'] {
  if (supported === null) return null;
  return supported ? 'supported' : 'unsupported';
}

function parseHealthCheck(info: NonNullable<ModelEntry['model_info']>): DeploymentHealthCheck {
  const model = info.health_check_model ?? null;
  return {
    model: model === null ? null : providerOf(model, null).providerModel,
    timeoutSeconds: info.health_check_timeout ?? CONFIG_DEFAULTS.healthCheckTimeoutSeconds,
    maxTokens: info.health_check_max_tokens ?? CONFIG_DEFAULTS.healthCheckMaxTokens,
    background: info.disable_background_health_check === true ? 'off' : 'on',
  };
}

function warnOfProvider(entry: ModelEntry, index: number): readonly Warning[] {
  const { model, custom_llm_provider: custom } = entry.litellm_params;
  if (providerOf(model, custom ?? null).provider !== UNKNOWN_PROVIDER) return [];
  const message = `no provider can be told from ${model}; put it in front, such as openai/${model}`;
  return [{ rule: 'config.provider', path: `model_list[${index}].litellm_params.model`, message }];
}
