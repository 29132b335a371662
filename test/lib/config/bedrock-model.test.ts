import { isClaude, parseBedrockModel, selectModelFamily } from '../../../lib/config/bedrock-model';

describe('parseBedrockModel', () => {
  it.each([
    ['anthropic.claude-x-v1:0', null, 'converse'],
    ['invoke/anthropic.claude-x-v1:0', null, 'invoke'],
    ['eu-west-1/anthropic.claude-x-v1:0', 'eu-west-1', 'converse'],
  ])('reads %s', (model, region, route) => {
    expect(parseBedrockModel(model)).toEqual({ id: 'anthropic.claude-x-v1:0', region, route });
  });

  it('takes the region of an ARN', () => {
    const id = 'arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-x';
    expect(parseBedrockModel(`converse/${id}`)).toEqual({
      id,
      region: 'eu-central-1',
      route: 'converse',
    });
  });

  it('rejects what is no model', () => {
    expect(parseBedrockModel('agent/A/B')).toEqual({
      reason: 'bedrock/agent/ is not supported by this gateway; name a model',
    });
  });
});

describe('selectModelFamily', () => {
  it('leaves out profiles and regions', () => {
    expect(selectModelFamily('us.anthropic.claude-x')).toBe('anthropic.claude-x');
    expect(isClaude('arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-x')).toBe(
      true,
    );
    expect(isClaude('amazon.nova-pro-v1:0')).toBe(false);
  });
});
