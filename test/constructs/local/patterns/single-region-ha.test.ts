import { SingleRegionHA, renderLocalPlan } from '../../../../constructs/local';
import { GatewayConfig } from '../../../../lib';
import type { UpPlan } from '../../../../operations/local';

const config = GatewayConfig.fromYaml(`
model_list:
  - model_name: claude
    litellm_params: { model: anthropic/claude-x, api_key: os.environ/ANTHROPIC_API_KEY }
  - model_name: gpt
    litellm_params: { model: openai/gpt-4o, api_key: os.environ/MY_OPENAI_KEY }
  - model_name: gpt
    litellm_params: { model: openai/gpt-4o }
  - model_name: gpt
    litellm_params: { model: azure/d, api_key: os.environ/AZURE_API_KEY, api_base: os.environ/AZURE_API_BASE }
  - model_name: gpt
    litellm_params: { model: openai/own, api_key: os.environ/OWN_KEY, api_base: 'http://127.0.0.1:1/v1' }
general_settings:
  master_key: os.environ/MY_MASTER_KEY
`);

describe('SingleRegionHA', () => {
  it('plans three replicas, a primary with two replicas and the addresses around them by default', () => {
    const { plan, url } = new SingleRegionHA({ config });
    expect(url).toBe('http://127.0.0.1:4000');
    const ports = (processes: readonly { name: string; port: number }[]): unknown =>
      processes.map(({ name, port }) => `${name}:${port}`);
    expect(ports(plan.loadBalancer.targets)).toEqual([
      'gateway-1:4101',
      'gateway-2:4102',
      'gateway-3:4103',
    ]);
    expect(plan.compute.replicas).toEqual(plan.loadBalancer.targets);
    expect(ports(plan.database.members)).toEqual([
      'postgres-1:5501',
      'postgres-2:5502',
      'postgres-3:5503',
    ]);
    expect(ports([plan.database.writer, plan.database.reader, plan.simulatedProvider])).toEqual([
      'postgres-writer:5500',
      'postgres-reader:5510',
      'simulated-provider:4900',
    ]);
    expect(plan.database.synchronousStandbyNames).toBe('ANY 1 (*)');
    expect(plan.dataFolder).toBe('.litellm-ha');
  });

  it('tells each replica what every target tells it, and not to wait for probes when it leaves', () => {
    const { compute } = new SingleRegionHA({ config }).plan;
    expect(compute.environment).toEqual({
      HOST: '127.0.0.1',
      LITELLM_HA_REGION: 'local',
      KEEPALIVE_TIMEOUT: '310',
      LITELLM_HA_PROPAGATION_SECONDS: '0',
      GRACEFUL_SHUTDOWN_TIMEOUT: '600',
    });
  });

  it('names the variables that come from outside and holds no value of any', () => {
    const { plan } = new SingleRegionHA({ config });
    expect(plan.compute.environmentFrom).toEqual([
      'ANTHROPIC_API_KEY',
      'AZURE_API_BASE',
      'AZURE_API_KEY',
      'MY_MASTER_KEY',
      'MY_OPENAI_KEY',
      'OWN_KEY',
    ]);
    expect(plan.secrets.masterKeyName).toBe('MY_MASTER_KEY');
  });

  it('can simulate what has neither address nor key of its own', () => {
    const { plan } = new SingleRegionHA({ config });
    expect(plan.simulatedProvider.routes).toEqual([
      { provider: 'azure', keyName: 'AZURE_API_KEY', baseName: 'AZURE_API_BASE' },
      { provider: 'openai', keyName: 'MY_OPENAI_KEY', baseName: 'OPENAI_BASE_URL' },
      { provider: 'openai', keyName: 'OPENAI_API_KEY', baseName: 'OPENAI_BASE_URL' },
    ]);
    expect(plan.compute.exampleModel).toBe('gpt');
  });

  it('moves every port along with port, and leaves all of them open for port 0', () => {
    const moved = new SingleRegionHA({ config, port: 4010 }).plan;
    expect([
      moved.loadBalancer.port,
      moved.compute.replicas[0]?.port,
      moved.database.writer.port,
    ]).toEqual([4010, 4111, 5510]);
    const open = new SingleRegionHA({ config, port: 0 }).plan;
    expect([
      open.loadBalancer.port,
      open.compute.replicas[0]?.port,
      open.database.writer.port,
    ]).toEqual([0, 0, 0]);
  });

  it('gives replicas the text of the configuration in the place of its canonical form', () => {
    expect(new SingleRegionHA({ config }).plan.compute.configYaml).toBe(config.canonicalYaml);
    expect(new SingleRegionHA({ config, configText: '# mine' }).plan.compute.configYaml).toBe(
      '# mine',
    );
  });

  it('renders the same bytes twice', () => {
    const one = renderLocalPlan(new SingleRegionHA({ config }).plan);
    expect(renderLocalPlan(new SingleRegionHA({ config }).plan)).toBe(one);
    expect(one.endsWith('}\n')).toBe(true);
  });

  it('says all that the supervisor needs', () => {
    // The supervisor may not import this package's constructs; the compiler compares the two shapes here.
    const plan: UpPlan = new SingleRegionHA({ config }).plan;
    expect(plan.pattern).toBe('single-region');
  });

  it('offers the recovery objectives of the topology', () => {
    const { recoveryObjectives, plan } = new SingleRegionHA({ config });
    expect(plan.failures).toBe(recoveryObjectives.failures);
    expect(
      recoveryObjectives.failures.find(({ failure }) => failure === 'replica')?.dataPlaneRtoSeconds,
    ).toBe(18);
  });

  it('rejects a port out of range', () => {
    expect(() => new SingleRegionHA({ config, port: 80 })).toThrow(
      'local: 1 problem\n  - port must be a whole number from 1024 to 64025, or 0 for any free port, got 80; leave it out for 4000',
    );
  });

  it('rejects more replicas than one machine should run', () => {
    const autoscaling = { minReplicas: 33, maxReplicas: 33 };
    expect(() => new SingleRegionHA({ config, autoscaling })).toThrow(
      'local: 1 problem\n  - autoscaling.minReplicas must be at most 32 on one machine, got 33; lower it',
    );
  });

  it('rejects an image', () => {
    expect(() => new SingleRegionHA({ config, image: { reference: 'x@sha256:1' } })).toThrow(
      'local: 1 problem\n  - image.reference must be left out on this machine, which runs processes and no containers, got "x@sha256:1"; leave image out, or run the image on the k8s target',
    );
  });
});
