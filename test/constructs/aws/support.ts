import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  Compute,
  GatewayConfig,
  SingleRegionHA,
  type SingleRegionHAProps,
} from '../../../constructs/aws';
import type { ReplicationGroup } from '../../../constructs/aws/cache/replication-group';
import type { EksWorkload } from '../../../constructs/aws/compute/eks/workload';
import type { FargateService } from '../../../constructs/aws/compute/fargate/service';
import type { RdsInstances } from '../../../constructs/aws/database/rds/instances';

const CONFIG = `
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o
      api_key: os.environ/OPENAI_API_KEY
`;

export function testConfig(): GatewayConfig {
  return GatewayConfig.fromYaml(CONFIG);
}

/** Streams that end within what Fargate gives a task to stop, and a configuration that asks for no longer ones. */
export function shortStreams(): Pick<SingleRegionHAProps, 'config' | 'streaming'> {
  return {
    config: GatewayConfig.fromYaml(`${CONFIG}router_settings:\n  timeout: 60\n`),
    streaming: { maxStreamSeconds: 90, idleSeconds: 60 },
  };
}

/** A folder to build an image from, so that no test needs the bundle to have been built. */
export function gatewayFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  writeFileSync(join(folder, 'gateway.js'), '// a gateway\n');
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
  return folder;
}

/** No copies of assets on disk and no validation: both cost seconds, and have tests of their own. */
export function testApp(): App {
  return new App({
    builtinCloudFormationValidation: false,
    context: { 'aws:cdk:disable-asset-staging': true },
  });
}

export function testStack(props: StackProps = {}, app: App = testApp()): Stack {
  return new Stack(app, 'Stack', props);
}

/** The least a user has to write. */
export function leastProps(stack: Stack): SingleRegionHAProps {
  return {
    config: testConfig(),
    secrets: { OPENAI_API_KEY: new Secret(stack, 'OpenAiKey') },
    domain: {
      name: 'api.example.com',
      zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
        hostedZoneId: 'Z0000000000000',
        zoneName: 'example.com',
      }),
    },
    compute: Compute.eks({ gatewayFolder: gatewayFolder() }),
  };
}

/** What a user writes beyond the least. */
export type Change = (props: SingleRegionHAProps, stack: Stack) => SingleRegionHAProps;

export interface Built {
  readonly stack: Stack;
  readonly gateway: SingleRegionHA;
  readonly template: Template;
}

let defaults: Built | null = null;

/** The gateway that the least description makes, synthesized once for all tests that only look at it. */
export function buildDefaults(): Built {
  defaults ??= build();
  return defaults;
}

/** A gateway in a stack of its own, synthesized. */
export function build(change: Change = (props) => props, stack: Stack = testStack()): Built {
  const gateway = new SingleRegionHA(stack, 'Gateway', change(leastProps(stack), stack));
  return { stack, gateway, template: Template.fromStack(stack) };
}

export function onEks({ compute }: SingleRegionHA): EksWorkload {
  if (compute.kind !== 'eks') throw new Error(compute.kind);
  return compute;
}

export function onFargate({ compute }: SingleRegionHA): FargateService {
  if (compute.kind !== 'fargate') throw new Error(compute.kind);
  return compute;
}

export function onRds({ database }: SingleRegionHA): RdsInstances {
  if (database.kind !== 'rds') throw new Error(database.kind);
  return database;
}

export function onElastiCache({ cache }: SingleRegionHA): ReplicationGroup {
  if (cache.kind === 'existing') throw new Error(cache.kind);
  return cache;
}
