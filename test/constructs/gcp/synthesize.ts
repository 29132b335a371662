import { Testing } from 'cdktf';
import type { Construct } from 'constructs';
import {
  Compute,
  SingleRegionHA,
  type InstanceGroupProps,
  type SingleRegionHAProps,
} from '../../../constructs/gcp';
import { aConfig } from '../../support/a-config';

/** A resource of `cdk.tf.json`. */
export type Json = Readonly<Record<string, unknown>>;

/** `cdk.tf.json` as Terraform reads it. */
export interface TerraformJson {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly output?: Readonly<Record<string, Json>>;
}

/** The gateway's text in tests, so that they need no build. */
export const GATEWAY_SCRIPT = "console.log('gateway ${notTerraform}');\n";

export function anInstanceGroup(props: InstanceGroupProps = {}) {
  return Compute.instanceGroup({ gatewayScript: GATEWAY_SCRIPT, ...props });
}

export function someProps(overrides: Partial<SingleRegionHAProps> = {}): SingleRegionHAProps {
  return {
    config: aConfig(),
    project: 'my-project',
    region: 'us-central1',
    domain: { name: 'api.example.com' },
    secrets: { OPENAI_API_KEY: { secretId: 'openai-api-key' } },
    compute: anInstanceGroup(),
    ...overrides,
  };
}

/** Builds the pattern in a stack of its own and reads what Terraform would be given. */
export function synthesize(overrides: Partial<SingleRegionHAProps> = {}): TerraformJson {
  return synthesizeScope((stack) => {
    new SingleRegionHA(stack, 'Gateway', someProps(overrides));
  });
}

export function synthesizeScope(build: (stack: Construct) => void): TerraformJson {
  return JSON.parse(Testing.synthScope(build)) as TerraformJson;
}

/** Builds the pattern and gives it back, for what it offers in code. */
export function createGateway(overrides: Partial<SingleRegionHAProps> = {}): SingleRegionHA {
  let gateway: SingleRegionHA | undefined;
  Testing.synthScope((stack: Construct) => {
    gateway = new SingleRegionHA(stack, 'Gateway', someProps(overrides));
  });
  if (gateway === undefined) throw new Error('nothing was built');
  return gateway;
}

/** All resources of a type, in the order of their logical ids. */
export function resourcesOf(output: TerraformJson, type: string): readonly Json[] {
  return Object.values(output.resource[type] ?? {});
}

/** The one resource of a type, or the one whose `name` ends like this. */
export function resourceOf(output: TerraformJson, type: string, nameEnd = ''): Json {
  const found = resourcesOf(output, type).filter((resource) => {
    const name = resource.name ?? resource.secret_id ?? '';
    return typeof name === 'string' && name.endsWith(nameEnd);
  });
  const [resource, ...others] = found;
  if (resource === undefined || others.length > 0) {
    throw new Error(`${found.length} resources of ${type} end in "${nameEnd}"`);
  }
  return resource;
}
