import type { GatewayConfig } from '../config/gateway-config';
import {
  resolveActiveActive,
  resolveActivePassive,
  resolveSpec,
  type ActiveActiveProps,
  type DataMode,
  type SingleWriterDataMode,
} from '../spec';
import {
  planActiveActive,
  planActivePassive,
  planSingleRegion,
  type TargetTraits,
  type Topology,
} from '../topology';
import type { Warning } from '../errors';
import { renderExplanation } from './render-explanation';

/** The patterns that can be explained. */
export const EXPLAINED_PATTERNS = ['single-region', 'active-passive', 'active-active'] as const;

/** The data modes, weakest promise first. */
export const EXPLAINED_DATA_MODES: readonly DataMode[] = [
  'shared-writer',
  'global-database',
  'regional-primaries',
  'distributed-sql',
];

export interface DescriptionToExplain {
  readonly config: GatewayConfig;
  readonly pattern: (typeof EXPLAINED_PATTERNS)[number];
  readonly regions: readonly string[];
  readonly dataMode: DataMode;
}

/** Stands for the domain, which decides nothing that is explained. */
const EXAMPLE_DOMAIN = { name: 'api.example.com' };

/**
 * What a configuration would get, before anything else is decided.
 *
 * @throws {SpecError} when the pattern cannot be built as described.
 */
export function explainDescription(
  description: DescriptionToExplain,
  traits: TargetTraits,
): string {
  return renderExplanation({ ...planDescription(description, traits), traits });
}

function planDescription(
  { config, pattern, regions, dataMode }: DescriptionToExplain,
  traits: TargetTraits,
): { readonly topology: Topology; readonly warnings: readonly Warning[] } {
  // Which secrets are given is the deployment's business; explaining takes them all as given.
  const secrets = Object.fromEntries(config.requiredEnvironment.map((name) => [name, name]));
  switch (pattern) {
    case 'single-region': {
      const { spec, warnings } = resolveSpec({ config, secrets }, traits);
      return { topology: planSingleRegion(spec, traits), warnings };
    }
    case 'active-passive': {
      const [primary = '', standby = ''] = regions;
      const { spec, warnings } = resolveActivePassive(
        {
          config,
          secrets,
          domain: EXAMPLE_DOMAIN,
          primary: { region: primary },
          standby: { region: standby },
          // The rule data-mode.writer refuses the others, with a better message than a type.
          dataMode: dataMode as SingleWriterDataMode,
        },
        traits,
      );
      return { topology: planActivePassive(spec, traits), warnings };
    }
    case 'active-active': {
      const props: ActiveActiveProps = {
        config,
        secrets,
        domain: EXAMPLE_DOMAIN,
        regions: regions.map((region) => ({ region })),
        dataMode,
      };
      const { spec, warnings } = resolveActiveActive(props, traits);
      return { topology: planActiveActive(spec, traits), warnings };
    }
  }
}
