import { GatewayConfig } from '../../../lib';
import { planModelAccess } from '../../../lib/config/model-access';

type Params = Readonly<Record<string, unknown>>;

function plan(...models: readonly Params[]) {
  const list = models.map((params) => ({ model_name: 'm', litellm_params: params }));
  const { deployments } = GatewayConfig.fromYaml(JSON.stringify({ model_list: list }));
  return planModelAccess(deployments);
}

const HAIKU = 'anthropic.claude-3-haiku-20240307-v1:0';

describe('planModelAccess', () => {
  it('names what replicas ask as themselves, once each', () => {
    expect(
      plan(
        { model: `bedrock/${HAIKU}` },
        { model: `bedrock/converse/${HAIKU}` },
        { model: `bedrock/us-west-2/${HAIKU}`, aws_session_name: 'x' },
        { model: 'bedrock/us.amazon.nova-pro-v1:0', aws_region_name: 'us-east-1' },
        { model: 'vertex_ai/gemini-2.5-pro' },
        { model: 'vertex_ai/gemini-2.5-flash' },
        { model: 'vertex_ai/gemini-2.5-pro', vertex_project: 'other' },
        { model: 'openai/gpt-4o', api_key: 'os.environ/OPENAI_API_KEY' },
        { model: 'gemini/gemini-2.5-pro', api_key: 'os.environ/GEMINI_API_KEY' },
      ),
    ).toEqual({
      bedrock: [
        { region: null, id: HAIKU },
        { region: 'us-west-2', id: HAIKU },
        { region: 'us-east-1', id: 'us.amazon.nova-pro-v1:0' },
      ],
      assumedRoles: [],
      vertex: [{ project: null }, { project: 'other' }],
    });
  });

  it('leaves out who has credentials of its own, and asks for the roles that are taken on', () => {
    const role = 'arn:aws:iam::123456789012:role/models';
    expect(
      plan(
        {
          model: `bedrock/${HAIKU}`,
          aws_access_key_id: 'os.environ/KEY',
          aws_secret_access_key: 'os.environ/SECRET',
        },
        { model: `bedrock/${HAIKU}`, aws_profile_name: 'models' },
        { model: `bedrock/${HAIKU}`, api_key: 'os.environ/TOKEN' },
        { model: `bedrock/${HAIKU}`, aws_role_name: role },
        { model: 'bedrock/us.amazon.nova-pro-v1:0', aws_role_name: role },
        { model: 'vertex_ai/gemini-2.5-pro', vertex_credentials: '/keys/google.json' },
      ),
    ).toEqual({ bedrock: [], assumedRoles: [role], vertex: [] });
  });

  it('grants nothing on what only the environment of a replica says', () => {
    expect(
      plan(
        { model: `bedrock/${HAIKU}`, aws_role_name: 'os.environ/ROLE' },
        { model: 'vertex_ai/gemini-2.5-pro', vertex_project: 'os.environ/PROJECT' },
      ),
    ).toEqual({ bedrock: [], assumedRoles: [], vertex: [{ project: null }] });
  });
});
