import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import type { AwsAccess, UpstreamRequest } from '../../ports';
import { parseBaseUrl } from '../base-url';
import type { ClientBody } from '../client-body';
import { renderMessagesRequest } from '../messages-api/request';
import type { PreparedProvider, Provider, ProviderContext, Unsupported } from '../provider';
import type { AnswerDialect } from '../translate/answer-dialect';
import type { ShapedRequest } from '../translate/translated-params';
import { translateAnswer } from '../translate/translate-answer';
import { UpstreamCall } from '../upstream-call';
import { selectAwsAccess } from './aws-access';
import { CONVERSE_DIALECT, INVOKE_DIALECT } from './dialect';
import { parseBedrockModel } from '../../../lib/config/bedrock-model';
import type { BedrockModel } from '../../../lib/config/bedrock-model';
import { renderConverseRequest } from './request';

/** LiteLLM's last resort. */
const DEFAULT_REGION = 'us-west-2';
const INVOKE_VERSION = 'bedrock-2023-05-31';

/** How a model is called, and how it answers. */
interface Route {
  readonly json: string;
  readonly stream: string;
  readonly render: (request: ShapedRequest, model: string) => object;
  readonly dialect: AnswerDialect;
}

const ROUTES: Readonly<Record<BedrockModel['route'], Route>> = {
  converse: {
    json: 'converse',
    stream: 'converse-stream',
    render: renderConverseRequest,
    dialect: CONVERSE_DIALECT,
  },
  invoke: {
    json: 'invoke',
    stream: 'invoke-with-response-stream',
    render: (request, model) => {
      const { body, betas } = renderMessagesRequest(request, model);
      const beta = betas.length === 0 ? {} : { anthropic_beta: betas };
      return { anthropic_version: INVOKE_VERSION, ...beta, ...body };
    },
    dialect: INVOKE_DIALECT,
  },
};

/** Amazon Bedrock: Converse, one format for all models, or the own format of Anthropic's. */
export const bedrock: Provider = {
  prepare(deployment: DeploymentConfig, context: ProviderContext): PreparedProvider | Unsupported {
    const { variable, credentials } = context;
    const model = parseBedrockModel(selectModelId(deployment));
    if ('reason' in model) return model;
    const region = selectRegion(deployment, model, variable);
    const base = parseBaseUrl(selectEndpoint(deployment, region, variable));
    if ('reason' in base) return base;
    const token = deployment.apiKey ?? variable('AWS_BEARER_TOKEN_BEDROCK');
    const access = token === null ? selectAwsAccess(deployment, region) : null;
    if (access !== null && 'reason' in access) return access;
    const headers = token === null ? [] : ['authorization', `Bearer ${token}`];
    const call = new UpstreamCall(deployment, { base, apiKey: token, headers });
    const route = ROUTES[model.route];
    const prefix = `${base.path}/model/${encodeURIComponent(model.id)}/`;
    return {
      apiBase: call.apiBase,
      secrets: call.secrets,
      undisclosed: call.undisclosed,
      usageEvents: 'supported',
      toUpstream: (client: ClientBody): UpstreamRequest => ({
        origin: base.origin,
        path: prefix + route[client.delivery],
        headers: call.headers(client),
        body: Buffer.from(JSON.stringify(route.render(call.shape(client), model.id))),
      }),
      authorize:
        access === null
          ? null
          : (request: UpstreamRequest): Promise<UpstreamRequest> =>
              credentials.signAws(request, {
                access: access satisfies AwsAccess,
                service: 'bedrock',
              }),
      translate: (answered) => translateAnswer(route.dialect, answered),
    };
  },
};

/** LiteLLM's `model_id`: the ARN that is called in place of the model. */
function selectModelId({ providerModel, otherParams }: DeploymentConfig): string {
  const { model_id: id } = otherParams;
  if (typeof id !== 'string') return providerModel;
  const route = providerModel.startsWith('invoke/') ? 'invoke/' : '';
  return route + id;
}

function selectRegion(
  deployment: DeploymentConfig,
  model: BedrockModel,
  variable: ProviderContext['variable'],
): string {
  return (
    deployment.region ??
    model.region ??
    variable('AWS_REGION_NAME') ??
    variable('AWS_REGION') ??
    variable('AWS_DEFAULT_REGION') ??
    DEFAULT_REGION
  );
}

function selectEndpoint(
  { apiBase, otherParams }: DeploymentConfig,
  region: string,
  variable: ProviderContext['variable'],
): string {
  const { aws_bedrock_runtime_endpoint: own } = otherParams;
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return (
    (typeof own === 'string' ? own : null) ??
    apiBase ??
    variable('AWS_BEDROCK_RUNTIME_ENDPOINT') ??
    `https://bedrock-runtime.${region}.${domain}`
  );
}
