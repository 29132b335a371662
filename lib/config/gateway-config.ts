import type { Warning } from '../errors';

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
  /** How the shared cache is reached, if the file says so. */
  readonly cache: CacheConfig | null;
  /** The file's `environment_variables`. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** Every NAME that is referenced as `os.environ/NAME` and not defined by the file itself, sorted. */
  readonly requiredEnvironment: readonly string[];
  readonly warnings: readonly Warning[];
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
  readonly cooldownSeconds: number | null;
  readonly tags: readonly string[];
  /** Further `litellm_params`, sent to the provider with each request (sampling defaults) or used by other providers. */
  readonly otherParams: Readonly<Record<string, unknown>>;
}

export type RoutingStrategy =
  | 'simple-shuffle'
  | 'least-busy'
  | 'usage-based-routing'
  | 'usage-based-routing-v2'
  | 'latency-based-routing'
  | 'cost-based-routing'
  | 'provider-budget-routing';

/** `router_settings`, completed with LiteLLM's defaults and with what `litellm_settings` says of the same things. */
export interface RouterConfig {
  readonly strategy: RoutingStrategy;
  /** Attempts after the first one. */
  readonly retries: number;
  /** Least wait before a retry, when a retry has to wait at all. */
  readonly retryAfterSeconds: number;
  /** Bound on the whole call. */
  readonly timeoutSeconds: number;
  /** Bound on the time to the first chunk of a stream; null: `timeoutSeconds`. */
  readonly streamTimeoutSeconds: number | null;
  /** Null: not set, LiteLLM's ratio rules decide. */
  readonly allowedFails: number | null;
  readonly cooldownSeconds: number;
  readonly cooldownsDisabled: boolean;
  /** Retries by kind of failure (`RateLimitError: 3`), from the map form of `retry_policy`. */
  readonly retriesByException: Readonly<Record<string, number>>;
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
}

export interface GeneralConfig {
  /** `general_settings.master_key`; null: the environment decides. */
  readonly masterKey: string | null;
  readonly databaseUrl: string | null;
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
}
