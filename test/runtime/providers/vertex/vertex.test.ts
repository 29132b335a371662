import type { DeploymentConfig } from '../../../../lib/config/gateway-config';
import { NO_CREDENTIALS } from '../../../../runtime/credentials/no-credentials';
import { translateUpstream } from '../../../../runtime/dispatch/translated-upstream';
import type {
  GoogleAccess,
  UpstreamExchange,
  UpstreamHandler,
  UpstreamLimits,
} from '../../../../runtime/ports';
import { parseClientBody } from '../../../../runtime/providers/client-body';
import { vertex } from '../../../../runtime/providers/vertex/vertex';
import { isUnsupported } from '../../../../runtime/providers/provider';
import type { PreparedProvider } from '../../../../runtime/providers/provider';
import { askProvider, JSON_BODY, prepareProvider } from '../../../support/asked-provider';
import type { Variables } from '../../../support/asked-provider';
import { deployment } from '../../../support/gateway-config-builder';

const PROJECT = { vertex_project: 'p', vertex_location: 'europe-west1' };
const HOST = 'https://europe-west1-aiplatform.googleapis.com';
const BASE = `${HOST}/v1/projects/p/locations/europe-west1`;
const STREAM_BODY = parseClientBody(
  Buffer.from('{"model":"a","stream":true,"messages":[{"role":"user","content":"Hi"}]}'),
  null,
);

const urlOf = (
  parts: Partial<DeploymentConfig>,
  variables: Variables = {},
  model = 'gemini-2.5-pro',
): string => {
  const asked = askProvider(prepareProvider(vertex, parts, variables), model);
  return typeof asked === 'string' ? asked : asked.url;
};

describe('vertex', () => {
  it('asks the location of the deployment', () => {
    const prepared = prepareProvider(vertex, { otherParams: PROJECT });
    const path = '/publishers/google/models/gemini-2.5-pro';
    expect(askProvider(prepared, 'gemini-2.5-pro')).toMatchObject({
      url: `${BASE}${path}:generateContent`,
      body: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
    });
    expect(askProvider(prepared, 'gemini-2.5-pro', STREAM_BODY)).toMatchObject({
      url: `${BASE}${path}:streamGenerateContent?alt=sse`,
    });
  });

  it.each([
    ['global', 'https://aiplatform.googleapis.com'],
    ['us-central1', 'https://us-central1-aiplatform.googleapis.com'],
    ['eu', 'https://aiplatform.eu.rep.googleapis.com'],
  ])('knows the host of %s', (location, host) => {
    const otherParams = { vertex_project: 'p', vertex_location: location };
    expect(urlOf({ otherParams })).toContain(`${host}/v1/projects/p/locations/${location}/`);
  });

  it('takes project and location from the environment, or the project from the key', () => {
    const path = '/publishers/google/models/gemini-2.5-pro:generateContent';
    expect(urlOf({}, { VERTEXAI_PROJECT: 'q', VERTEXAI_LOCATION: 'global' })).toBe(
      `https://aiplatform.googleapis.com/v1/projects/q/locations/global${path}`,
    );
    const vertex_credentials = { type: 'service_account', project_id: 'r' };
    expect(urlOf({ otherParams: { vertex_credentials } })).toBe(
      `https://us-central1-aiplatform.googleapis.com/v1/projects/r/locations/us-central1${path}`,
    );
  });

  it('rejects a deployment without a project, and a location that is none', () => {
    expect(prepareProvider(vertex, {})).toBe(
      'vertex_project is not set, and neither is VERTEXAI_PROJECT',
    );
    const otherParams = { vertex_project: 'p', vertex_location: 'evil.example/' };
    expect(prepareProvider(vertex, { otherParams })).toBe(
      'vertex_location must be a location such as us-central1 or global',
    );
  });

  it('asks an address of its own: a host like Google, and a path by its method alone', () => {
    const parts = { otherParams: PROJECT };
    const path = '/v1/projects/p/locations/europe-west1/publishers/google/models/gemini-2.5-pro';
    expect(urlOf({ ...parts, apiBase: 'https://proxy' })).toBe(
      `https://proxy${path}:generateContent`,
    );
    expect(urlOf({ ...parts, apiBase: 'https://proxy/models/x' })).toBe(
      'https://proxy/models/x:generateContent',
    );
  });

  it.each([
    ['gemini/my-model', 'publishers/google/models/my-model:generateContent'],
    ['1234567890', 'endpoints/1234567890:generateContent'],
    ['claude-sonnet-4@20250514', 'publishers/anthropic/models/claude-sonnet-4@20250514:rawPredict'],
    ['mistral-large@2411', 'publishers/mistralai/models/mistral-large@2411:rawPredict'],
    ['meta/llama-4-maverick', 'endpoints/openapi/chat/completions'],
    ['openai/gpt-oss-120b-maas', 'endpoints/openapi/chat/completions'],
  ])('finds the path of %s', (model, path) => {
    expect(urlOf({ otherParams: PROJECT }, {}, model)).toBe(`${BASE}/${path}`);
  });

  it('speaks to Claude in its own words, and reads them', () => {
    const prepared = prepareProvider(vertex, { otherParams: PROJECT });
    expect(askProvider(prepared, 'claude-opus-4-1@20250805', STREAM_BODY)).toMatchObject({
      url: `${BASE}/publishers/anthropic/models/claude-opus-4-1@20250805:streamRawPredict`,
      body: {
        anthropic_version: 'vertex-2023-10-16',
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
        max_tokens: 32_000,
        stream: true,
      },
    });
    expect(
      translated(prepared, 'claude-opus-4-1@20250805', { content: [{ type: 'text', text: 'Hi' }] }),
    ).toContain('"content":"Hi"');
  });

  it('passes models that speak as OpenAI does untouched', () => {
    const prepared = prepareProvider(vertex, { otherParams: PROJECT });
    const asked = askProvider(prepared, 'meta/llama-4');
    expect(asked).toMatchObject({ body: { model: 'meta/llama-4', messages: [{ role: 'user' }] } });
    const answer = { choices: [{ message: { content: 'Hi' } }] };
    expect(translated(prepared, 'meta/llama-4', answer)).toBe(JSON.stringify(answer));
  });

  it('adds a token of the credentials that the deployment names', async () => {
    const asked: GoogleAccess[] = [];
    const google = (access: GoogleAccess): Promise<string> => {
      asked.push(access);
      return Promise.resolve('ya29');
    };
    const authorized = async (parts: Partial<DeploymentConfig>): Promise<readonly string[]> => {
      const context = { variable: () => null, credentials: { ...NO_CREDENTIALS, google } };
      const config = deployment({ id: 'x', apiBase: null, otherParams: PROJECT, ...parts });
      const prepared = vertex.prepare(config, context);
      if (isUnsupported(prepared) || prepared.authorize === null) return [];
      return (await prepared.authorize(prepared.toUpstream(JSON_BODY, 'gemini-2.5-pro'))).headers;
    };
    expect((await authorized({})).slice(-2)).toEqual(['authorization', 'Bearer ya29']);
    await authorized({ otherParams: { ...PROJECT, vertex_credentials: '/keys/a.json' } });
    await authorized({ otherParams: { ...PROJECT, vertex_ai_credentials: { type: 'x' } } });
    expect(asked).toEqual([
      { credentials: null },
      { credentials: '/keys/a.json' },
      { credentials: '{"type":"x"}' },
    ]);
  });

  it('keeps the private key of credentials in the file among its secrets', () => {
    const vertex_credentials = { private_key: 'PRIVATE-KEY', project_id: 'p' };
    const prepared = prepareProvider(vertex, { otherParams: { vertex_credentials } });
    expect(typeof prepared === 'string' ? [] : prepared.secrets).toContain('PRIVATE-KEY');
  });
});

function translated(
  prepared: PreparedProvider | string,
  providerModel: string,
  answer: object,
): string {
  if (typeof prepared === 'string') return 'not prepared';
  let told = '';
  const provider = {
    send: (_request: unknown, _limits: unknown, handler: UpstreamHandler): UpstreamExchange => {
      handler.onHead(200, {});
      handler.onData(Buffer.from(JSON.stringify(answer)));
      handler.onEnd();
      const nothing = (): void => undefined;
      return { reached: 'provider', abort: nothing, pause: nothing, resume: nothing };
    },
  };
  const { translate } = prepared;
  translateUpstream(provider, { authorize: null, translate }, () => ({
    delivery: 'json',
    providerModel,
    usageEvent: 'as-asked',
    createdSeconds: 1,
    id: 'chatcmpl-1',
  })).send(prepared.toUpstream(JSON_BODY, providerModel), LIMITS, {
    onHead: () => undefined,
    onData: (chunk) => (told += chunk.toString()),
    onEnd: () => undefined,
    onError: (kind) => (told += kind),
  });
  return told;
}

const LIMITS = {} as UpstreamLimits;
