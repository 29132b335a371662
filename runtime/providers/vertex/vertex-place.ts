import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import type { GoogleAccess } from '../../ports';
import { isMap, parseMap, readText } from '../translate/openai-request';
import type { ProviderContext, Unsupported } from '../provider';

/** Whose Vertex AI is asked, where, and by which credentials. */
export interface VertexPlace {
  readonly project: string;
  readonly location: string;
  readonly access: GoogleAccess;
  /** Of credentials that stand in the configuration; null: they are elsewhere. */
  readonly privateKey: string | null;
}

const LOCATION = 'us-central1';

/** In LiteLLM's order: the deployment, then the environment, then what the credentials say themselves. */
export function selectVertexPlace(
  { otherParams }: Pick<DeploymentConfig, 'otherParams'>,
  { variable }: Pick<ProviderContext, 'variable'>,
): VertexPlace | Unsupported {
  const credentials =
    renderCredentials(otherParams.vertex_credentials ?? otherParams.vertex_ai_credentials) ??
    variable('VERTEXAI_CREDENTIALS') ??
    variable('DEFAULT_GOOGLE_APPLICATION_CREDENTIALS');
  // It may be the path of a file as well.
  const key = parseMap(credentials ?? '') ?? {};
  const project =
    readText(otherParams.vertex_project) ??
    readText(otherParams.vertex_ai_project) ??
    variable('VERTEXAI_PROJECT') ??
    variable('DEFAULT_VERTEXAI_PROJECT') ??
    readText(key.project_id) ??
    variable('GOOGLE_CLOUD_PROJECT') ??
    variable('GCLOUD_PROJECT');
  if (project === null) {
    return { reason: 'vertex_project is not set, and neither is VERTEXAI_PROJECT' };
  }
  const location =
    readText(otherParams.vertex_location) ??
    readText(otherParams.vertex_ai_location) ??
    variable('VERTEXAI_LOCATION') ??
    variable('VERTEX_LOCATION') ??
    variable('DEFAULT_VERTEXAI_LOCATION') ??
    LOCATION;
  // It becomes a part of the host's name.
  if (!/^[a-z0-9-]+$/.test(location)) {
    return { reason: `vertex_location must be a location such as ${LOCATION} or global` };
  }
  return { project, location, access: { credentials }, privateKey: readText(key.private_key) };
}

/** `https://europe-west1-aiplatform.googleapis.com`; `global`, `us` and `eu` have hosts of their own kind. */
export function renderVertexOrigin(location: string): string {
  if (location === 'global') return 'https://aiplatform.googleapis.com';
  if (location === 'us' || location === 'eu') {
    return `https://aiplatform.${location}.rep.googleapis.com`;
  }
  return `https://${location}-aiplatform.googleapis.com`;
}

/** LiteLLM takes the key file's content also as a map. */
function renderCredentials(value: unknown): string | null {
  return isMap(value) ? JSON.stringify(value) : readText(value);
}
