import {
  AWS_TRAITS,
  describeProblem,
  planActiveActive,
  planActivePassive,
  resolveActiveActive,
  resolveActivePassive,
  SpecError,
  type ActiveActiveProps,
  type ActivePassiveProps,
  type MultiRegionTopology,
} from '../../lib';
import { aConfig } from '../support/a-config';

const SHARED = {
  config: aConfig(),
  secrets: { OPENAI_API_KEY: 'handle' },
  domain: { name: 'api.example.com' },
};

/** A region that serves and one that waits, with nothing said that has a default. */
export function activePassive(overrides: Partial<ActivePassiveProps> = {}): ActivePassiveProps {
  return {
    ...SHARED,
    primary: { region: 'us-east-1' },
    standby: { region: 'us-west-2' },
    ...overrides,
  };
}

/** Three regions that all serve, each writing its own database. */
export function activeActive(overrides: Partial<ActiveActiveProps> = {}): ActiveActiveProps {
  return {
    ...SHARED,
    regions: [{ region: 'us-east-1' }, { region: 'eu-west-1' }, { region: 'ap-southeast-1' }],
    dataMode: 'regional-primaries',
    ...overrides,
  };
}

export function anActivePassive(
  overrides: Partial<ActivePassiveProps> = {},
  traits = AWS_TRAITS,
): MultiRegionTopology {
  return planActivePassive(resolveActivePassive(activePassive(overrides), traits).spec, traits);
}

export function anActiveActive(
  overrides: Partial<ActiveActiveProps> = {},
  traits = AWS_TRAITS,
): MultiRegionTopology {
  return planActiveActive(resolveActiveActive(activeActive(overrides), traits).spec, traits);
}

/** The lines of the refusal; empty when nothing is refused. */
export function problemsOf(attempt: () => unknown): readonly string[] {
  try {
    attempt();
    return [];
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return error.problems.map(describeProblem);
  }
}
