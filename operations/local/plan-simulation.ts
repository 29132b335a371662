/** A provider that can be replaced, and the two variables that decide it; a part of the local plan. */
export interface SimulatedRoute {
  readonly provider: 'openai' | 'azure';
  readonly keyName: string;
  readonly baseName: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Which providers are simulated, and what the gateway is told so that it reaches the simulated one. */
export interface SimulationPlan {
  /** Added to the environment of the gateway. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables without a value whose provider is simulated. */
  readonly simulatedKeys: readonly string[];
  /** Other variables without a value that got one that works nowhere, so that the gateway starts. */
  readonly placeholders: readonly string[];
  /** Variables without a value that nothing stands in for: the gateway would refuse to start. */
  readonly missing: readonly string[];
}

const SIMULATED_KEY = 'simulated';
const PLACEHOLDER = 'not-set';

export function planSimulation(input: {
  readonly routes: readonly SimulatedRoute[];
  /** Every variable that the configuration references, without those that the supervisor sets. */
  readonly required: readonly string[];
  readonly environment: Environment;
  /** Address of the simulated provider. */
  readonly url: string;
}): SimulationPlan {
  const { routes, required, url } = input;
  const isSet = (name: string): boolean => (input.environment[name] ?? '') !== '';
  const simulated = routes.filter(({ keyName, baseName }) => {
    if (isSet(keyName) || isSet(baseName)) return false;
    // An address that a real key shares leads to the real provider.
    return !routes.some((other) => other.baseName === baseName && isSet(other.keyName));
  });
  const environment: Record<string, string> = {};
  for (const { provider, keyName, baseName } of simulated) {
    environment[keyName] = SIMULATED_KEY;
    environment[baseName] = provider === 'openai' ? `${url}/v1` : url;
  }
  const unset = required.filter((name) => !isSet(name) && environment[name] === undefined);
  const isSimulating = simulated.length > 0;
  for (const name of isSimulating ? unset : []) environment[name] = PLACEHOLDER;
  return {
    environment,
    simulatedKeys: [...new Set(simulated.map(({ keyName }) => keyName))].sort(),
    placeholders: isSimulating ? unset : [],
    missing: isSimulating ? [] : unset,
  };
}
