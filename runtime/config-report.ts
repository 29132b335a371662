import type { ProviderContext } from './providers/provider';
import { NO_CREDENTIALS } from './credentials/no-credentials';
import { parseGatewayConfig } from '../lib/config';
import type { DeploymentConfig, GatewayConfig } from '../lib/config/gateway-config';
import { referenceName } from '../lib/config/references';
import { SpecError, type Problem, type Warning } from '../lib/errors';
import {
  prepareDeployments,
  type PreparedDeployments,
  type SkippedDeployment,
} from './providers/prepare-deployments';
import { parseSettings, SettingsError, type Environment } from './settings';
import { selectStartRefusal } from './start-refusal';

/** What a start with a configuration would say, without starting anything. */
export interface ConfigReport {
  /** Null: the file cannot be read. */
  readonly config: GatewayConfig | null;
  /** What is wrong with the file. */
  readonly problems: readonly Problem[];
  /** Why the gateway would not start although the file can be read; one text each. */
  readonly refusals: readonly string[];
  readonly warnings: readonly Warning[];
  /** Deployments that get no requests. */
  readonly skipped: readonly SkippedDeployment[];
  /** Deployments that get requests only if the environment has more than the file asks it for. */
  readonly conditional: readonly SkippedDeployment[];
}

export interface ReportOptions {
  /** `unresolved`: every variable that the file names is taken for set. */
  readonly environment: Environment | 'unresolved';
  readonly fileName: string;
}

export function reportConfig(text: string, options: ReportOptions): ConfigReport {
  let config: GatewayConfig;
  try {
    config = parseGatewayConfig(text, options);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    const { problems, warnings } = error;
    return { config: null, problems, warnings, refusals: [], skipped: [], conditional: [] };
  }
  const { warnings } = config;
  const read = { config, problems: [], warnings };
  const { environment } = options;
  if (environment === 'unresolved') return { ...read, ...reportUnresolved(config) };
  try {
    const settings = parseSettings({ ...config.environmentVariables, ...environment });
    const made = prepareDeployments(config.deployments, {
      variable: settings.variable,
      credentials: NO_CREDENTIALS,
    });
    const refusal = selectStartRefusal(config.deployments, made);
    const refusals = refusal === null ? [] : [refusal];
    return { ...read, refusals, skipped: made.skipped, conditional: [] };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { ...read, refusals: [error.message], skipped: [], conditional: [] };
  }
}

function reportUnresolved(
  config: GatewayConfig,
): Pick<ConfigReport, 'refusals' | 'skipped' | 'conditional'> {
  const deployments = config.deployments.map(assumeResolved);
  const { prepared, skipped } = prepareDeployments(deployments, NOTHING_SET);
  const conditional = skipped.filter((one) => mayStillServe(one));
  const made: PreparedDeployments = {
    prepared,
    skipped: skipped.filter((one) => !conditional.includes(one)),
  };
  // A model that a variable may yet complete is not lost.
  const open = new Set(conditional.map(({ config: { modelName } }) => modelName));
  const certain = deployments.filter(({ modelName }) => !open.has(modelName));
  const refusal =
    deployments.length > 0 && certain.length === 0
      ? null
      : selectStartRefusal(certain, {
          prepared: made.prepared,
          skipped: made.skipped.filter(({ config: { modelName } }) => !open.has(modelName)),
        });
  return { refusals: refusal === null ? [] : [refusal], skipped: made.skipped, conditional };
}

const NOTHING_SET: ProviderContext = { variable: () => null, credentials: NO_CREDENTIALS };

/** What a provider takes from the environment where the file is silent. */
const ALL_SET: ProviderContext = {
  variable: (name) => {
    if (/_(URL|BASE|ENDPOINT)$/.test(name)) return 'https://assumed.invalid';
    return name.endsWith('_VERSION') ? null : 'assumed';
  },
  credentials: NO_CREDENTIALS,
};

function mayStillServe({ config }: SkippedDeployment): boolean {
  return prepareDeployments([config], ALL_SET).prepared.length > 0;
}

/** An address that is a reference is taken for a good one. */
function assumeResolved(config: DeploymentConfig): DeploymentConfig {
  const isReference = config.apiBase !== null && referenceName(config.apiBase) !== null;
  return isReference ? { ...config, apiBase: 'https://assumed.invalid' } : config;
}
