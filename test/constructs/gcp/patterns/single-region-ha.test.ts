import { App, TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import { Database, SingleRegionHA } from '../../../../constructs/gcp';
import { aConfig } from '../../../support/a-config';
import { someProps, synthesize, synthesizeScope, type TerraformJson } from '../synthesize';
import { synthesizeApp } from '../synthesize-app';

describe('SingleRegionHA', () => {
  it('creates every resource of one region, and changes only when it is meant to', () => {
    const domain = { name: 'api.example.com', managedZone: 'example' };

    expect(withoutPackedFiles(synthesize({ domain }))).toMatchSnapshot();
  });

  it('comes out the same each time', () => {
    expect(synthesizeApp()).toBe(synthesizeApp());
  });

  it('puts out where the gateway is and where its key is kept, but no value', () => {
    const { output } = synthesize({ name: 'chat-eu' });

    expect(output).toEqual({
      chat_eu_url: {
        value: 'https://api.example.com',
        description: 'Where clients send requests',
      },
      chat_eu_address: {
        value: expect.stringMatching(/^\$\{google_compute_global_address\.\w+\.address\}$/),
        description: 'Address that the domain has to lead to',
      },
      chat_eu_master_key_secret: {
        value: expect.stringMatching(/^\$\{google_secret_manager_secret\.\w+MasterKey\w+\.id\}$/),
        description: "Secret that holds the administrator's key",
      },
    });
  });

  it('stands twice in one stack under two names', () => {
    const output = synthesizeScope((stack) => {
      new SingleRegionHA(stack, 'Blue', someProps({ name: 'blue' }));
      new SingleRegionHA(stack, 'Green', someProps({ name: 'green' }));
    });

    const names = Object.entries(output.resource).flatMap(([type, resources]) =>
      Object.values(resources)
        .map((resource) => `${type} ${String(resource.name ?? resource.secret_id)}`)
        .filter((name) => / (blue|green)-/.test(name)),
    );
    expect(names.length).toBeGreaterThan(40);
    expect(new Set(names).size).toBe(names.length);
  });

  it('stands in a construct within a stack', () => {
    const output = synthesizeScope((stack) => {
      new SingleRegionHA(new Construct(stack, 'Team'), 'Gateway', someProps());
    });

    expect(Object.keys(output.resource.google_redis_instance ?? {})).toEqual([
      expect.stringMatching(/^Team_Gateway_Region_Cache_/),
    ]);
  });

  it('offers its parts and what it promises', () => {
    const stack = new TerraformStack(Testing.app(), 'stack');
    const gateway = new SingleRegionHA(stack, 'Gateway', someProps());

    expect(gateway.url).toBe('https://api.example.com');
    expect(gateway.recoveryObjectives.failures.map((failure) => failure.failure)).toEqual([
      'replica',
      'zone',
      'database',
      'cache',
      'region',
    ]);
    expect(gateway.loadBalancer.resource.terraformResourceType).toBe(
      'google_compute_backend_service',
    );
    expect(gateway.autoscaling.maxReplicas).toBe(20);
  });

  it('shows the warnings of the description', () => {
    const stack = new TerraformStack(Testing.app(), 'stack');
    const warnings = [{ rule: 'config.key', path: 'router_settings.x', message: 'is no key' }];

    const gateway = new SingleRegionHA(
      stack,
      'Gateway',
      someProps({ config: aConfig({ warnings }) }),
    );

    expect(
      gateway.node.metadata.map(({ type, data }) => ({ type, data: data as unknown })),
    ).toEqual([{ type: '@cdktf/warn', data: 'router_settings.x: is no key' }]);
  });

  it('rejects objectives that it cannot keep', () => {
    expect(() => synthesize({ objectives: { rtoSeconds: 1 } })).toThrow(
      /^litellm on gcp: 2 problems\n {2}- objectives\.rtoSeconds must be 18 or more for the loss of a replica /,
    );
  });

  it('rejects a description before anything is created', () => {
    const stack = new TerraformStack(Testing.app(), 'stack');

    expect(
      () =>
        new SingleRegionHA(
          stack,
          'Gateway',
          someProps({ database: Database.cloudSql({ tier: 'small' }) }),
        ),
    ).toThrow(/database\.tier must be db-custom-CPUS-MIB/);
    expect(stack.node.tryFindChild('Gateway')).toBeUndefined();
  });

  it.each([
    {
      what: 'the root of another framework',
      scope: () => new Construct(undefined as never, ''),
      got: 'the root under Construct',
    },
    {
      what: 'an app without a stack',
      scope: () => new App(),
      got: 'the root under App',
    },
    {
      what: 'a stack in the tree of another framework',
      scope: () => new TerraformStack(new Construct(undefined as never, ''), 'stack'),
      got: 'stack under Construct',
    },
  ])('rejects $what', ({ scope, got }) => {
    expect(() => new SingleRegionHA(scope(), 'Gateway', someProps())).toThrow(
      'Gateway on gcp: 1 problem\n' +
        `  - scope must stand in a TerraformStack whose root is an App of cdktf, got ${got}; ` +
        "create it with new TerraformStack(new App(), 'Gateway') from cdktf; frameworks do not mix in one tree",
    );
  });
});

/** The machines' files have tests of their own, and packed ones depend on the version of the packer. */
function withoutPackedFiles(output: TerraformJson): TerraformJson {
  return JSON.parse(
    JSON.stringify(output, (key, value: unknown) => (key === 'user-data' ? 'masked' : value)),
  ) as TerraformJson;
}
