import { SpecError, type Problem } from '../errors';
import { parseCacheConfig } from './cache-config';
import { renderCanonicalYaml } from './canonical-yaml';
import { configSchema, type ConfigFile } from './config-schema';
import { isList, isMap, ownValue, renderPath, sectionOf, type ConfigMap } from './config-tree';
import { CONFIG_DEFAULTS } from './defaults';
import { completeModelList, parseDeployments } from './deployments';
import { rewriteToDocumentedForm } from './documented-form';
import type { GatewayConfig } from './gateway-config';
import { parseHealthChecks } from './health-checks-config';
import { findLiteralSecrets } from './literal-secrets';
import { findGuardWarnings } from './guard-warnings';
import { parseGuards } from './parse-guards';
import { findUnpricedModels } from './price-warnings';
import { parsePriceList } from './price-list';
import { parseYaml } from './parse-yaml';
import { parseResponseCache } from './response-cache';
import {
  describeUnset,
  isOfDeployment,
  referenceName,
  requiredEnvironmentOf,
  resolveReferences,
  type Environment,
  type UnsetReference,
} from './references';
import { parseRouterConfig } from './router-config';
import { findRoutingWarnings } from './routing-warnings';
import { parseSharedShaping } from './shared-shaping';
import { describeSchemaIssues } from './schema-problems';
import { findSettings } from './settings/find-settings';
import { judgeSettings } from './settings/judge-settings';
import { SETTINGS } from './settings/table';

export interface ParseOptions {
  /**
   * What `os.environ/NAME` stands for. `unresolved` at synth, where secrets are unknown on purpose: text keeps its
   * references, numbers and booleans given by reference take their defaults.
   */
  readonly environment: Environment | 'unresolved';
  /** Names the file in error messages. */
  readonly fileName?: string;
}

/** Reads a LiteLLM `config.yaml`, in its documented form or the guide's. Throws a `SpecError` with every problem found. */
export function parseGatewayConfig(text: string, options: ParseOptions): GatewayConfig {
  const subject = options.fileName ?? 'gateway configuration';
  const environment = options.environment === 'unresolved' ? null : options.environment;

  const { tree, problems } = parseYaml(text);
  if (problems.length > 0) throw new SpecError(subject, problems);
  const checked = readTree(tree, { written: tree, environment });
  const judged = judgeSettings(tree);
  const found = [
    ...includeProblems(tree),
    ...priceFileProblems(tree),
    ...checked.problems,
    ...judged.problems,
  ];
  if (found.length > 0) throw new SpecError(subject, found, judged.warnings);

  const documented = rewriteToDocumentedForm(tree);
  const typed = readTree(documented.tree, { written: documented.tree, environment });
  if (typed.file === null) throw new SpecError(subject, typed.problems);
  const { file } = typed;

  const environmentVariables = readVariables(file, environment);
  const fullEnvironment =
    environment === null ? null : { ...environmentVariables, ...definedIn(environment) };
  const router = parseRouterConfig(file, fullEnvironment ?? {});
  const { deployments, warnings } = parseDeployments(file.model_list ?? [], {
    written: entriesOf(documented.tree),
    completed: entriesOf(completeModelList(documented.tree)),
    resolved: environment === null ? null : entriesOf(typed.completed),
    shared: parseSharedShaping(file, router, fullEnvironment ?? {}),
    priceList: parsePriceList(file),
  });
  const guards = parseGuards(file);
  const cache = parseCacheConfig(file, fullEnvironment);
  return {
    deployments,
    router,
    general: {
      healthChecks: parseHealthChecks(file),
      mostInFlight:
        file.general_settings?.max_in_flight_requests_per_worker ??
        file.general_settings?.global_max_parallel_requests ??
        null,
      masterKey: file.general_settings?.master_key ?? null,
      databaseUrl: file.general_settings?.database_url ?? null,
      databaseReaderUrl: file.general_settings?.database_url_read_replica ?? null,
      budgetEnforcement:
        file.general_settings?.budget_enforcement ?? CONFIG_DEFAULTS.budgetEnforcement,
      staleKeys: file.general_settings?.stale_keys ?? CONFIG_DEFAULTS.staleKeys,
      staleKeysSeconds: file.general_settings?.stale_keys_after ?? CONFIG_DEFAULTS.staleKeysSeconds,
      databaseConnectionPoolLimit:
        file.general_settings?.database_connection_pool_limit ??
        CONFIG_DEFAULTS.databaseConnectionPoolLimit,
    },
    guards,
    cache: cache.cache,
    responseCache: parseResponseCache(file),
    environmentVariables,
    requiredEnvironment: requiredEnvironmentOf(documented.tree),
    warnings: [
      ...findLiteralSecrets(tree),
      ...judged.warnings,
      ...documented.warnings,
      ...warnings,
      ...findRoutingWarnings(file, deployments),
      ...findGuardWarnings(guards),
      ...findUnpricedModels(deployments, router),
      ...cache.warnings,
    ],
    acceptedWithout: judged.acceptedWithout,
    canonicalYaml: renderCanonicalYaml(documented.tree),
  };
}

function entriesOf(tree: ConfigMap): readonly ConfigMap[] {
  const list = ownValue(tree, 'model_list');
  return isList(list) ? list.filter(isMap) : [];
}

interface TreeReading {
  /** With references resolved, and with what entries share put beneath each. */
  readonly completed: ConfigMap;
  /** Null where there are problems. */
  readonly file: ConfigFile | null;
  readonly problems: readonly Problem[];
}

interface ReadContext {
  readonly written: ConfigMap;
  readonly environment: Environment | null;
}

function readTree(tree: ConfigMap, { written, environment }: ReadContext): TreeReading {
  const resolved =
    environment === null ? { tree, unset: [] } : resolveReferences(tree, environment);
  const completed = completeModelList(resolved.tree);
  const result = configSchema.safeParse(completed);
  const issues = result.success ? [] : describeSchemaIssues(result.error.issues, written);
  const problems = [...selectMissing(resolved.unset, tree).map(describeUnset), ...issues];
  const file = result.success && problems.length === 0 ? result.data : null;
  return { completed, file, problems };
}

/** Variables that the gateway itself cannot do without: a deployment is skipped, and what has no effect needs none. */
function selectMissing(
  unset: readonly UnsetReference[],
  tree: ConfigMap,
): readonly UnsetReference[] {
  const own = unset.filter(
    ({ path }) => !isOfDeployment(path) && path[0] !== 'environment_variables',
  );
  if (own.length === 0) return [];
  const idle = findSettings(tree, SETTINGS)
    .filter(({ fate }) => fate === 'unknown' || fate.kind !== 'done')
    .map(({ path }) => renderPath(path));
  return own.filter(
    ({ path }) => !path.some((_, end) => idle.includes(renderPath(path.slice(0, end + 1)))),
  );
}

/** A text has no folder that `include` could be relative to; `loadConfigText` has merged them already. */
function includeProblems(tree: ConfigMap): readonly Problem[] {
  if (ownValue(tree, 'include') === undefined) return [];
  return [
    {
      rule: 'config.include',
      path: 'include',
      allowed: 'stand in a file, whose folder it is relative to',
      got: 'a text',
      fix: 'use GatewayConfig.fromFile, or loadConfigText',
    },
  ];
}

/** `loadConfigText` has put its prices in its place already. */
function priceFileProblems(tree: ConfigMap): readonly Problem[] {
  if (ownValue(sectionOf(tree, 'general_settings'), 'price_file') === undefined) return [];
  return [
    {
      rule: 'config.price-file',
      path: 'general_settings.price_file',
      allowed: 'stand in a file, whose folder it is relative to',
      got: 'a text',
      fix: 'use GatewayConfig.fromFile or loadConfigText, or write the prices as general_settings.price_list',
    },
  ];
}

/** A variable that stands for one that is not set is not set either, as in LiteLLM. */
function readVariables(
  file: ConfigFile,
  environment: Environment | null,
): Readonly<Record<string, string>> {
  const variables = Object.entries(file.environment_variables ?? {});
  return Object.fromEntries(
    variables.flatMap(([name, value]) => {
      if (value === null) return [];
      const text = String(value);
      return environment !== null && referenceName(text) !== null ? [] : [[name, text] as const];
    }),
  );
}

/** A variable that is listed as undefined must not hide the file's own. */
function definedIn(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
}
