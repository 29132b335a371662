import type { Warning } from '../errors';
import type { Costs, PriceList } from '../prices';
import type { RequestShaping } from './request-shaping';
import type { GuardsConfig } from './guards-config';

/**
 * A LiteLLM `config.yaml`, typed once. Both LiteLLM's documented form and the forms found in the wild parse to this.
 *
 * Text values may still be references (`os.environ/NAME`) when the configuration was parsed without an environment,
 * as at synth, where values of secrets are unknown on purpose.
 */
export interface GatewayConfig {
  readonly deployments: readonly DeploymentConfig[];
  readonly router: RouterConfig;
  readonly general: GeneralConfig;
  /** Who and what is kept out. */
  readonly guards: GuardsConfig;
  /** How the Redis that replicas share is reached, if the file or the environment says so. */
  readonly cache: CacheConfig | null;
  /** Null: every request is put to a provider. */
  readonly responseCache: ResponseCacheConfig | null;
  /** The file's `environment_variables`. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** Every NAME that is referenced as `os.environ/NAME` and not defined by the file itself, sorted. */
  readonly requiredEnvironment: readonly string[];
  readonly warnings: readonly Warning[];
  /** Settings that would protect something with LiteLLM and that the file accepts in writing to go without. */
  readonly acceptedWithout: readonly string[];
  /**
   * LiteLLM's documented form of the file, references kept: what constructs mount. Free of secrets unless one is written
   * literally in the file, which the warning `config.literal-secret` tells.
   */
  readonly canonicalYaml: string;
}

/** One entry of `model_list`: a model at a provider under a public name. */
export interface DeploymentConfig {
  /** Stable id: `model_info.id`, or a hash of name and parameters (the same on each replica). */
  readonly id: string;
  /** `model_name`: the name clients ask for. Several entries with one name share its load. */
  readonly modelName: string;
  /**
   * `openai`, `azure`, `anthropic`, `bedrock` …: the prefix of `model`, or inferred from a bare name. `*` where each request
   * decides (model `*`), `unknown` where nothing tells.
   */
  readonly provider: string;
  /** The provider's name of the model, without the provider prefix. */
  readonly providerModel: string;
  /** `litellm_params.model` as written. */
  readonly litellmModel: string;
  readonly apiKey: string | null;
  /** Names of `os.environ/NAME` in its parameters that the environment does not have, sorted; it cannot be served then. */
  readonly unsetVariables: readonly string[];
  /** Origin and base path of the provider's API. */
  readonly apiBase: string | null;
  readonly apiVersion: string | null;
  readonly organization: string | null;
  /** Share of traffic relative to its siblings. */
  readonly weight: number | null;
  /** Requests per minute the provider allows. */
  readonly rpm: number | null;
  /** Tokens per minute the provider allows. */
  readonly tpm: number | null;
  /** Lower is tried first. */
  readonly order: number | null;
  readonly maxParallelRequests: number | null;
  readonly timeoutSeconds: number | null;
  readonly streamTimeoutSeconds: number | null;
  readonly retries: number | null;
  /** Rest after failures, from `litellm_params` or `model_info`; 0: never rests. Null: the router's. */
  readonly cooldownSeconds: number | null;
  /** `model_info.allowed_fails`; null: the router's. */
  readonly allowedFails: number | null;
  /** `model_info.allowed_fails_policy`; it replaces the router's as a whole, empty: the router's. */
  readonly allowedFailsByException: Readonly<Record<string, number>>;
  readonly healthCheck: DeploymentHealthCheck;
  readonly tags: readonly string[];
  /** Price of a token of the prompt; null: the lists, if they have it. Unit: US dollars. */
  readonly inputCostPerToken: number | null;
  /** Price of a token of the answer. Unit: US dollars. */
  readonly outputCostPerToken: number | null;
  /** LiteLLM's further fields of prices, by name: cached tokens, audio, long prompts … Unit: US dollars. */
  readonly otherCosts: Costs;
  /** The user's own prices; the same list for every deployment. */
  readonly priceList: PriceList;
  /** Most that may be spent here within `budgetSeconds`; null: no bound. Unit: US dollars. */
  readonly maxBudgetDollars: number | null;
  /** Length of the budget's window; null: it never starts anew. Unit: seconds. */
  readonly budgetSeconds: number | null;
  /** `model_info.max_input_tokens`: the longest prompt. Unit: tokens. */
  readonly maxInputTokens: number | null;
  /** `model_info.base_model`: the model behind a deployment of another name, for its price and its window. */
  readonly baseModel: string | null;
  /** Where the provider computes, as written in its parameters (`eu-west-1`); null: not said. */
  readonly region: string | null;
  /** `model_info.supports_response_schema`; null: not said. */
  readonly responseSchemas: 'supported' | 'unsupported' | null;
  /** `model_info.access_groups`: names under which keys are allowed this model together with others. */
  readonly accessGroups: readonly string[];
  /** How each request to the provider differs from what the client sent. */
  readonly request: RequestShaping;
  /** Further `litellm_params`, sent to the provider with each request (sampling defaults) or used by other providers. */
  readonly otherParams: Readonly<Record<string, unknown>>;
}

/** How one deployment is asked whether it is well. */
export interface DeploymentHealthCheck {
  /** The provider's name of the model to ask; null: the deployment's own. What a wildcard needs to be checked at all. */
  readonly model: string | null;
  readonly timeoutSeconds: number;
  readonly maxTokens: number;
  /** `off`: asked only when somebody wants to know. */
  readonly background: 'on' | 'off';
}

export type RoutingStrategy =
  | 'simple-shuffle'
  | 'least-busy'
  | 'usage-based-routing'
  | 'usage-based-routing-v2'
  | 'latency-based-routing'
  | 'cost-based-routing'
  | 'provider-budget-routing'
  /** The guide's names: nginx's default and its `least_conn`. */
  | 'round-robin'
  | 'least-connections'
  /** Ours, recommended: of two drawn at random the one that answers sooner for what it has to do. */
  | 'peak-ewma';

/** `routing_strategy_args` of latency-based routing. */
export interface LatencyArgs {
  /** How long a sample counts. Unit: seconds. */
  readonly ttlSeconds: number;
  /** How much slower than the fastest still shares its traffic, as a fraction of the fastest. */
  readonly buffer: number;
  /** Samples kept for each deployment, newest first to stay. */
  readonly listSize: number;
}

/** What a provider's deployments may spend together. */
export interface ProviderBudget {
  /** Unit: US dollars. */
  readonly limitDollars: number;
  /** Unit: seconds. */
  readonly windowSeconds: number;
}

/** What keeps a conversation with one deployment. */
export type StickySource =
  | { readonly kind: 'session' }
  | { readonly kind: 'key' }
  | { readonly kind: 'user' }
  | { readonly kind: 'header'; readonly name: string };

/** `router_settings`, completed with LiteLLM's defaults and with what `litellm_settings` says of the same things. */
export interface RouterConfig {
  readonly strategy: RoutingStrategy;
  /** Attempts after the first one. */
  readonly retries: number;
  /** Least wait before a retry, when a retry has to wait at all. */
  readonly retryAfterSeconds: number;
  /**
   * Bound on one attempt, as in LiteLLM: a provider that hangs must leave time for one that answers. A stream is bounded
   * by it up to its first event.
   */
  readonly timeoutSeconds: number;
  /**
   * Bound on the whole call, all attempts and waits included, up to the answer or the first event of a stream. Null: one
   * `timeoutSeconds` for each attempt, and no more than ten minutes or one `timeoutSeconds`.
   */
  readonly callTimeoutSeconds: number | null;
  /** Bound on the time to the first chunk of a stream; null: `timeoutSeconds`. */
  readonly streamTimeoutSeconds: number | null;
  /** Bound on a silence in the middle of a stream; null: the bound on its first chunk. */
  readonly streamIdleTimeoutSeconds: number | null;
  /** Bound on a stretch of a stream that has signs of life (comments) and no content; null: `timeoutSeconds`. */
  readonly streamContentTimeoutSeconds: number | null;
  /** Bound on a whole stream. */
  readonly maxStreamSeconds: number;
  /** Bound on connecting to a provider, TLS included. */
  readonly connectTimeoutSeconds: number;
  /** Null: not set, LiteLLM's ratio rules decide. */
  readonly allowedFails: number | null;
  /** Failures allowed by kind (`RateLimitError: 3`), from `allowed_fails_policy`; empty: not set. */
  readonly allowedFailsByException: Readonly<Record<string, number>>;
  readonly cooldownSeconds: number;
  /** `growing`: a deployment that fails again after its rest rests longer. `fixed`: `cooldown_time` is written in the file. */
  readonly cooldownGrowth: 'growing' | 'fixed';
  readonly cooldownRules: CooldownRules;
  readonly cooldownsDisabled: boolean;
  /** Retries by kind of failure (`RateLimitError: 3`), from the map form of `retry_policy`. */
  readonly retriesByException: Readonly<Record<string, number>>;
  /** The same by model name; an entry replaces `retriesByException` for its model. */
  readonly retriesByGroup: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Least wait by HTTP status (`429: 60`), from the list form of `retry_policy`. Unit: seconds. */
  readonly retryAfterSecondsByStatus: Readonly<Record<string, number>>;
  /** Model name → names tried in turn when it failed. */
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
  readonly contextWindowFallbacks: Readonly<Record<string, readonly string[]>>;
  readonly contentPolicyFallbacks: Readonly<Record<string, readonly string[]>>;
  readonly defaultFallbacks: readonly string[];
  readonly maxFallbacks: number;
  /** Alias → model name. */
  readonly modelGroupAlias: Readonly<Record<string, string>>;
  /** Null: an attempt is never doubled. */
  readonly hedging: HedgingConfig | null;
  /** Aliases that the list of models leaves out. */
  readonly hiddenAliases: readonly string[];
  readonly latency: LatencyArgs;
  /** Provider → its budget. */
  readonly providerBudgets: Readonly<Record<string, ProviderBudget>>;
  /** `any`: one tag of the request is enough; `all`: a deployment has each of them. */
  readonly tagFiltering: 'off' | 'any' | 'all';
  /** `enable_pre_call_checks`: deployments that cannot serve a request are left out before it is sent. */
  readonly preCallChecks: 'off' | 'on';
  /** Whether `rpm` and `tpm` are limits for every strategy, and not for those alone that count them. */
  readonly rateLimits: 'by-strategy' | 'enforced';
  /** Requests in flight at a deployment that sets neither its own number nor `rpm` nor `tpm`; null: any number. */
  readonly defaultMaxParallelRequests: number | null;
  /** Priority of requests that name none, 0 first. */
  readonly defaultPriority: number;
  /** What a request is held to its deployment by, the first that it has; empty: by nothing. */
  readonly stickyBy: readonly StickySource[];
  /**
   * `general_settings.budget_unpriced`: what becomes of a call under a budget to a model whose price nobody knows.
   * `estimate`: it is charged the most that any model of its provider costs. `refuse`: it is refused. `allow`: it costs
   * nothing.
   */
  readonly budgetUnpriced: 'estimate' | 'refuse' | 'allow';
}

/** When a deployment rests although nothing says how many failures are allowed. LiteLLM's `DEFAULT_…` variables. */
export interface CooldownRules {
  /** Share of failed calls above which it rests, from 0 to 1. */
  readonly failureShare: number;
  /** Fewer calls in a minute than this prove nothing. */
  readonly leastCalls: number;
  /** A deployment without siblings rests after so many failures and not one success. */
  readonly loneLeastCalls: number;
}

/** `general_settings` about background health checks. */
export interface HealthChecksConfig {
  /** `shared`: one replica checks, the others read its results. */
  readonly background: 'off' | 'own' | 'shared';
  readonly intervalSeconds: number;
  /** Checks running at once. */
  readonly concurrency: number;
  /** `names`: `/health` tells neither addresses nor errors. */
  readonly details: 'full' | 'names';
  /** `on`: a deployment that failed its check gets no requests while a sibling is well. */
  readonly routing: 'on' | 'off';
  /** A result older than this says nothing any more. */
  readonly stalenessSeconds: number;
  /** `ignored`: a rate limit or a timeout during a check is no verdict. */
  readonly transientErrors: 'counted' | 'ignored';
}

/** When a second deployment is asked while the first one has not begun to answer. It doubles the cost of what it doubles. */
export interface HedgingConfig {
  /** Wait before the second deployment is asked; null: `afterPercentile` decides. */
  readonly afterMs: number | null;
  /** Waits as long as this share of recent answers took to begin, 50–99.9; null: `afterMs` decides. */
  readonly afterPercentile: number | null;
  /** Most extra attempts per attempt. */
  readonly most: number;
  /** Calls with a larger `priority` (less urgent ones) are never doubled. */
  readonly mostPriority: number;
}

export interface GeneralConfig {
  readonly healthChecks: HealthChecksConfig;
  /** Requests served at once by one replica, at most, whatever its load; null: the gateway's own bound. */
  readonly mostInFlight: number | null;
  /** `general_settings.master_key`; null: the environment decides. */
  readonly masterKey: string | null;
  readonly databaseUrl: string | null;
  /** Of the readers; null: the environment decides, or the writer reads too. */
  readonly databaseReaderUrl: string | null;
  /**
   * What becomes of a call that may cost more than is left of a budget. `hard`: it gets an upper bound on its answer, so
   * that the budget is never exceeded. `estimated`: it is admitted by what such calls usually cost.
   */
  readonly budgetEnforcement: 'hard' | 'estimated';
  /**
   * What becomes of virtual keys when nothing has been heard of them for `staleKeysSeconds`, because the database is away.
   * `serve`: those that were known go on. `refuse`: none is believed any more.
   */
  readonly staleKeys: 'serve' | 'refuse';
  readonly staleKeysSeconds: number;
  /** Connections per replica. */
  readonly databaseConnectionPoolLimit: number;
}

/** Redis as one server, behind Sentinels, or as a Cluster. */
export interface CacheConfig {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  /** Host and port of the server, of the Sentinels, or of the Cluster's start-up nodes. */
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly sentinelServiceName: string | null;
  readonly sentinelPassword: string | null;
  readonly username: string | null;
  readonly password: string | null;
  readonly tls: boolean;
  /** File of the authorities that may sign the server's certificate; null: those of the machine. */
  readonly tlsCaFile: string | null;
  /** Number of the database; a Cluster has 0 alone. */
  readonly database: number;
}

/** Answers that are kept for whoever asks the same again: `litellm_settings.cache` and its `cache_params`. */
export interface ResponseCacheConfig {
  /** `redis`: shared by the replicas. `local`: each replica's own. */
  readonly store: 'redis' | 'local';
  /** How long an answer is kept. Unit: seconds. */
  readonly ttlSeconds: number;
  /** `default_off`: only for requests that ask for it. */
  readonly mode: 'default_on' | 'default_off';
  /** Part of every key, so that two gateways may share one Redis. */
  readonly namespace: string | null;
}
