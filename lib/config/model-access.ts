import { parseBedrockModel } from './bedrock-model';
import type { DeploymentConfig } from './gateway-config';

/** A model on Bedrock that replicas ask as themselves. */
export interface BedrockAccess {
  /** Null: that of the replica. */
  readonly region: string | null;
  /** A model's id, an inference profile's, or an ARN. */
  readonly id: string;
}

/** A model on Vertex AI that replicas ask as themselves. */
export interface VertexAccess {
  /** Null: that of the replica, or what its environment says. */
  readonly project: string | null;
}

/** What the identity of a replica must be allowed, so that it can ask the models of a configuration. */
export interface ModelAccess {
  readonly bedrock: readonly BedrockAccess[];
  /** ARNs of roles in AWS that it takes on to ask them. */
  readonly assumedRoles: readonly string[];
  readonly vertex: readonly VertexAccess[];
}

/** Deployments with credentials of their own need nothing from the replica. Each right once, in the order of the file. */
export function planModelAccess(deployments: readonly DeploymentConfig[]): ModelAccess {
  const onBedrock = deployments.filter(
    (each) => selectBedrockModel(each) !== null && !hasOwn(each, OWN_OF_AWS),
  );
  const roles = onBedrock.flatMap((each) => readKnown(each, 'aws_role_name') ?? []);
  return {
    bedrock: unique(
      onBedrock
        .filter((each) => readText(each, 'aws_role_name') === null)
        .flatMap((each) => selectBedrockModel(each) ?? []),
    ),
    assumedRoles: [...new Set(roles)],
    vertex: unique(
      deployments
        .filter((each) => VERTEX.has(each.provider) && !hasOwn(each, ['vertex_credentials']))
        .map((each) => ({ project: readKnown(each, 'vertex_project') })),
    ),
  };
}

const BEDROCK: ReadonlySet<string> = new Set(['bedrock', 'bedrock_converse']);
const VERTEX: ReadonlySet<string> = new Set(['vertex_ai', 'vertex_ai_beta']);
const OWN_OF_AWS = ['aws_access_key_id', 'aws_profile_name', 'aws_web_identity_token'];

/** Null: the deployment asks something else. */
export function selectBedrockModel(deployment: DeploymentConfig): BedrockAccess | null {
  if (!BEDROCK.has(deployment.provider)) return null;
  const named = readText(deployment, 'model_id') ?? deployment.providerModel;
  const model = parseBedrockModel(named);
  return 'reason' in model ? null : { region: deployment.region ?? model.region, id: model.id };
}

function hasOwn(deployment: DeploymentConfig, names: readonly string[]): boolean {
  return deployment.apiKey !== null || names.some((name) => readText(deployment, name) !== null);
}

/** Null also for what only the environment of a replica says: nobody can be granted rights on it beforehand. */
function readKnown(deployment: DeploymentConfig, name: string): string | null {
  const text = readText(deployment, name);
  return text?.startsWith('os.environ/') === true ? null : text;
}

function readText({ otherParams }: DeploymentConfig, name: string): string | null {
  const value = otherParams[name];
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

function unique<Value extends object>(values: readonly Value[]): readonly Value[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
