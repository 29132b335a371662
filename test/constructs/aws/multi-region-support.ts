import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  ActiveActive,
  ActivePassive,
  Compute,
  Database,
  type ActiveActiveProps,
  type ActivePassiveProps,
  type MultiRegionDeployment,
} from '../../../constructs/aws';
import { gatewayFolder, testApp, testConfig } from './support';

/** A function to deploy, so that no test needs one to have been built. */
export function executorFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'executor-'));
  writeFileSync(join(folder, 'index.js'), '// an executor\n');
  return folder;
}

/** What both patterns are told alike. */
function sharedProps(): Pick<
  ActivePassiveProps,
  'config' | 'secrets' | 'domain' | 'compute' | 'failover'
> {
  return {
    config: testConfig(),
    secrets: { OPENAI_API_KEY: 'gateway/openai' },
    domain: {
      name: 'api.example.com',
      zone: { hostedZoneId: 'Z0000000000000', zoneName: 'example.com' },
    },
    compute: Compute.eks({ gatewayFolder: gatewayFolder() }),
    failover: { executorFolder: executorFolder() },
  };
}

/** The least a user has to write. */
export function leastActivePassive(): ActivePassiveProps {
  return {
    ...sharedProps(),
    primary: { region: 'us-east-1' },
    standby: { region: 'us-west-2' },
  };
}

/** The least a user has to write. */
export function leastActiveActive(): ActiveActiveProps {
  return {
    ...sharedProps(),
    regions: [{ region: 'us-east-1' }, { region: 'eu-west-1' }, { region: 'ap-southeast-2' }],
    dataMode: 'global-database',
    // All regions write to one.
    database: Database.aurora({ maxConnections: 700 }),
  };
}

export function buildActivePassive(
  change: Partial<ActivePassiveProps> = {},
  app: App = testApp(),
): ActivePassive {
  return new ActivePassive(app, 'Gateway', { ...leastActivePassive(), ...change });
}

export function buildActiveActive(
  change: Partial<ActiveActiveProps> = {},
  app: App = testApp(),
): ActiveActive {
  return new ActiveActive(app, 'Gateway', { ...leastActiveActive(), ...change });
}

/** Two regions and a witness, which Aurora DSQL asks for. */
export function buildDistributed(
  change: Partial<ActiveActiveProps> = {},
  app: App = testApp(),
): ActiveActive {
  return buildActiveActive(
    {
      regions: [{ region: 'us-east-1' }, { region: 'us-east-2' }],
      witnessRegion: 'us-west-2',
      dataMode: 'distributed-sql',
      database: undefined,
      ...change,
    },
    app,
  );
}

/** The template of one region. */
export function templateOf(gateway: MultiRegionDeployment, region: string): Template {
  const found = gateway.regions.find((each) => each.region === region);
  if (found === undefined) throw new Error(`${region} was not built`);
  return Template.fromStack(found.stack);
}
