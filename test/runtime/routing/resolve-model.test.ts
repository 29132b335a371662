import {
  resolveKnownModel,
  resolveModel,
  resolveProviderModel,
} from '../../../runtime/routing/resolve-model';
import { createRoutingTable } from '../../../runtime/routing/routing-table';
import { deployment, routerConfig } from '../../support/gateway-config-builder';

const DEPLOYMENTS = [
  deployment({ id: 'id-1', modelName: 'gpt-4o', litellmModel: 'openai/gpt-4o-raw' }),
  deployment({ id: 'id-2', modelName: 'openai/*', providerModel: '*', litellmModel: 'openai/*' }),
  deployment({ id: 'id-3', modelName: 'openai/gpt-*', providerModel: 'gpt-*' }),
];

describe('resolveModel', () => {
  const table = createRoutingTable(
    DEPLOYMENTS,
    routerConfig({ modelGroupAlias: { gpt4: 'gpt-4o' } }),
  );

  function resolve(name: string, within = table): unknown {
    const resolution = resolveModel(name, within);
    if (resolution.kind === 'unknown') return 'unknown';
    const { group, deployments, wildcard } = resolution;
    return { group, ids: deployments.map(({ id }) => id), wildcard };
  }

  it.each([
    ['gpt4', { group: 'gpt-4o', ids: ['id-1'], wildcard: null }],
    ['id-1', { group: 'gpt-4o', ids: ['id-1'], wildcard: null }],
    ['gpt-4o', { group: 'gpt-4o', ids: ['id-1'], wildcard: null }],
    ['openai/gpt-5', { group: 'openai/gpt-*', ids: ['id-3'], wildcard: '5' }],
    ['openai/o3', { group: 'openai/*', ids: ['id-2'], wildcard: 'o3' }],
    ['mystery', 'unknown'],
    ['__proto__', 'unknown'],
  ])('resolves %s', (name, expected) => {
    expect(resolve(name)).toEqual(expected);
  });

  it('takes the bare star last but before raw model names', () => {
    const star = deployment({ id: 'star', modelName: '*', providerModel: '*' });
    const starred = createRoutingTable([...DEPLOYMENTS, star], routerConfig());
    expect(resolve('mystery', starred)).toEqual({ group: '*', ids: ['star'], wildcard: 'mystery' });
    expect(resolve('openai/o3', starred)).toMatchObject({ group: 'openai/*' });
  });

  it('finds the deployments that speak a raw model, and not their siblings', () => {
    const raw = createRoutingTable(
      [deployment({ id: 'x', litellmModel: 'azure/raw' }), deployment({ id: 'y' })],
      routerConfig(),
    );
    expect(resolve('azure/raw', raw)).toEqual({ group: 'azure/raw', ids: ['x'], wildcard: null });
  });

  it('sends an unknown name to the first default fallback', () => {
    const router = routerConfig({ defaultFallbacks: ['gpt-4o'] });
    expect(resolve('mystery', createRoutingTable(DEPLOYMENTS, router))).toMatchObject({
      group: 'gpt-4o',
    });
  });
});

describe('createRoutingTable', () => {
  it('knows the models of each access group, each once', () => {
    const members = ['a', 'b', 'b'].map((modelName, index) =>
      deployment({ id: String(index), modelName, accessGroups: ['beta'] }),
    );
    const { accessGroups } = createRoutingTable(members, routerConfig());
    expect([...accessGroups]).toEqual([['beta', ['a', 'b']]]);
  });
});

describe('resolveKnownModel', () => {
  it('knows an alias, as a fallback may name one', () => {
    const router = routerConfig({ modelGroupAlias: { other: 'gpt-4o' } });
    const table = createRoutingTable(DEPLOYMENTS, router);
    expect(resolveKnownModel('other', table)).toMatchObject({ group: 'gpt-4o' });
    expect(resolveKnownModel('mystery', table)).toBeNull();
  });
});

describe('resolveProviderModel', () => {
  it('puts what the star stood for into the name, even when it looks like a pattern', () => {
    const wild = deployment({ id: 'x', providerModel: 'gpt-*' });
    expect(resolveProviderModel(wild, '$&5')).toBe('gpt-$&5');
    expect(resolveProviderModel(wild, null)).toBe('gpt-*');
  });
});
