import { planSimulation } from '../../../operations/local/plan-simulation';

const OPENAI = {
  provider: 'openai',
  keyName: 'OPENAI_API_KEY',
  baseName: 'OPENAI_BASE_URL',
} as const;
const OTHER = { provider: 'openai', keyName: 'OTHER_KEY', baseName: 'OPENAI_BASE_URL' } as const;
const AZURE = { provider: 'azure', keyName: 'AZURE_API_KEY', baseName: 'AZURE_API_BASE' } as const;
const url = 'http://127.0.0.1:4900';

describe('planSimulation', () => {
  it('simulates every provider without a key and stands in for the rest', () => {
    const required = ['ANTHROPIC_API_KEY', 'AZURE_API_BASE', 'AZURE_API_KEY', 'OPENAI_API_KEY'];
    expect(planSimulation({ routes: [OPENAI, AZURE], required, environment: {}, url })).toEqual({
      environment: {
        OPENAI_API_KEY: 'simulated',
        OPENAI_BASE_URL: 'http://127.0.0.1:4900/v1',
        AZURE_API_KEY: 'simulated',
        AZURE_API_BASE: 'http://127.0.0.1:4900',
        ANTHROPIC_API_KEY: 'not-set',
      },
      simulatedKeys: ['AZURE_API_KEY', 'OPENAI_API_KEY'],
      placeholders: ['ANTHROPIC_API_KEY'],
      missing: [],
    });
  });

  it('simulates only the provider whose key is missing', () => {
    const plan = planSimulation({
      routes: [OPENAI, AZURE],
      required: ['AZURE_API_KEY', 'OPENAI_API_KEY'],
      environment: { OPENAI_API_KEY: 'sk-real' },
      url,
    });
    expect(plan.environment).toEqual({ AZURE_API_KEY: 'simulated', AZURE_API_BASE: url });
    expect(plan.simulatedKeys).toEqual(['AZURE_API_KEY']);
  });

  it('never leads a real key to the simulated provider', () => {
    const environment = { OPENAI_API_KEY: 'sk-real' };
    const required = ['OPENAI_API_KEY', 'OTHER_KEY'];
    const plan = planSimulation({ routes: [OPENAI, OTHER], required, environment, url });
    expect(plan).toEqual({
      environment: {},
      simulatedKeys: [],
      placeholders: [],
      missing: ['OTHER_KEY'],
    });
  });

  it('leaves a provider alone whose address is given', () => {
    const environment = { AZURE_API_BASE: 'https://mine' };
    const plan = planSimulation({ routes: [AZURE], required: ['AZURE_API_KEY'], environment, url });
    expect(plan.simulatedKeys).toEqual([]);
    expect(plan.missing).toEqual(['AZURE_API_KEY']);
  });

  it('changes nothing when every key is set, and takes an empty one for missing', () => {
    const set = { OPENAI_API_KEY: 'k', X: 'x' };
    const input = { routes: [OPENAI], required: ['OPENAI_API_KEY', 'X'], url };
    expect(planSimulation({ ...input, environment: set }).environment).toEqual({});
    expect(planSimulation({ ...input, environment: { ...set, X: '' } }).missing).toEqual(['X']);
  });
});
