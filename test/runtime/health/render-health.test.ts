import { renderHealth } from '../../../runtime/health/render-health';
import { failure } from '../../support/failure-builder';
import { deployment } from '../../support/gateway-config-builder';

const provider = {
  apiBase: 'http://provider/v1',
  secrets: [],
  undisclosed: [],
  authorize: null,
  translate: null,
  usageEvents: 'unsupported' as const,
  toUpstream: () => {
    throw new Error('not asked');
  },
};
const targets = ['a', 'b', 'c'].map((id) => ({ config: deployment({ id }), provider }));
const report = {
  checkedAtMs: 0,
  checkedBy: 'one',
  results: [
    { modelId: 'a', failure: null },
    { modelId: 'b', failure: failure({ message: 'boom' }) },
  ],
};
const skipped = [{ config: deployment({ id: 'd' }), reason: 'not spoken' }];

describe('renderHealth', () => {
  it('sorts the checked deployments and leaves out the others', () => {
    const place = { model: 'openai/gpt-4o', api_base: 'http://provider/v1' };
    expect(renderHealth(report, { targets, skipped, details: 'full' })).toEqual({
      healthy_endpoints: [{ ...place, model_id: 'a' }],
      unhealthy_endpoints: [
        { model: 'openai/gpt-4o', model_id: 'd', error: 'not spoken' },
        { ...place, model_id: 'b', error: 'boom' },
      ],
      healthy_count: 1,
      unhealthy_count: 2,
    });
  });

  it('names nothing but models where details are off', () => {
    const model = { model: 'openai/gpt-4o' };
    expect(renderHealth(report, { targets, skipped, details: 'names' })).toEqual({
      healthy_endpoints: [model],
      unhealthy_endpoints: [model, model],
      healthy_count: 1,
      unhealthy_count: 2,
    });
  });
});
