import type { Caller } from '../../../runtime/auth/caller';
import {
  describeModelDenial,
  selectModelAccess,
  selectVisibleModels,
} from '../../../runtime/auth/select-model-access';
import type { JsonValue } from '../../../runtime/directory/change';
import { Directory } from '../../../runtime/directory/directory';
import { createRoutingTable } from '../../../runtime/routing/routing-table';
import { deployment, routerConfig } from '../../support/gateway-config-builder';
import { aChange } from '../directory/a-change';

const TABLE = createRoutingTable(
  [
    deployment({ id: 'id-1', modelName: 'gpt-4o' }),
    deployment({ id: 'id-2', modelName: 'premium', accessGroups: ['beta'] }),
    deployment({ id: 'id-3', modelName: 'openai/*', providerModel: '*', accessGroups: ['stars'] }),
  ],
  routerConfig({ modelGroupAlias: { fast: 'gpt-4o' } }),
);

type Fields = Readonly<Record<string, JsonValue>>;

function aCaller(parts: {
  readonly key?: Fields;
  readonly team?: Fields;
  readonly user?: Fields;
}): Caller {
  const directory = new Directory();
  directory.apply([
    aChange(parts.key ?? {}),
    aChange(parts.team ?? {}, { kind: 'team', entityId: 't' }),
    aChange(parts.user ?? {}, { kind: 'user', entityId: 'u' }),
  ]);
  const key = directory.keys.get('key-1');
  if (key === undefined) throw new Error('the key is missing');
  return {
    kind: 'key',
    key,
    team: parts.team === undefined ? null : (directory.teams.get('t') ?? null),
    user: parts.user === undefined ? null : (directory.users.get('u') ?? null),
  };
}

/** The model that is meant, or who denies it. */
function ask(caller: Caller, model: string): string {
  const access = selectModelAccess(caller, model, TABLE);
  return access.kind === 'allowed' ? access.model : `denied by ${access.by}`;
}

describe('selectModelAccess', () => {
  it.each<Caller>([{ kind: 'master' }, { kind: 'open' }, aCaller({})])(
    'lets whoever has no list use every model: %#',
    (caller) => {
      expect(ask(caller, 'anything')).toBe('anything');
    },
  );

  it.each<[readonly string[], string, boolean]>([
    [['gpt-4o'], 'gpt-4o', true],
    [['gpt-4o'], 'premium', false],
    [['gpt-4o'], 'gpt-4o-mini', false],
    // An alias of the router is its model, also the other way round.
    [['gpt-4o'], 'fast', true],
    [['fast'], 'fast', true],
    [['fast'], 'gpt-4o', false],
    // The id of a deployment is its group: no way around the list.
    [['gpt-4o'], 'id-1', true],
    [['gpt-4o'], 'id-2', false],
    [['id-1'], 'id-1', true],
    [['id-1'], 'gpt-4o', false],
    [['beta'], 'premium', true],
    [['beta'], 'gpt-4o', false],
    [['stars'], 'openai/gpt-5', true],
    [['stars'], 'azure/gpt-5', false],
    [['openai/*'], 'openai/gpt-5', true],
    [['openai/*'], 'gpt-4o', true],
    [['openai/*'], 'premium', false],
    [['azure/*'], 'gpt-4o', false],
    [['*'], 'premium', true],
    [['gpt-*-mini'], 'gpt-4o-mini', true],
    [['gpt-*-mini'], 'gpt-4o', false],
    [['a*a'], 'a', false],
    [['*a*b*'], 'xaxbx', true],
    [['*a*b*'], 'xbxax', false],
    [['all-proxy-models'], 'premium', true],
    [['no-default-models'], 'premium', false],
    [['no-default-models'], 'no-default-models', false],
    [['no-default-models', 'gpt-4o'], 'gpt-4o', true],
    [['all-team-models'], 'gpt-4o', false],
  ])('says of a key with %j that asks for %s: %s', (models, asked, allowed) => {
    expect(ask(aCaller({ key: { models } }), asked)).toBe(allowed ? asked : 'denied by key');
  });

  it('asks key and team', () => {
    const caller = aCaller({
      key: { models: ['gpt-4o', 'premium'] },
      team: { models: ['gpt-4o'] },
    });
    expect(ask(caller, 'gpt-4o')).toBe('gpt-4o');
    expect(ask(caller, 'premium')).toBe('denied by team');
  });

  it('gives a key that asks for it what its team has', () => {
    const caller = aCaller({ key: { models: ['all-team-models'] }, team: { models: ['gpt-4o'] } });
    expect(ask(caller, 'gpt-4o')).toBe('gpt-4o');
    expect(ask(caller, 'premium')).toBe('denied by team');
  });

  it('asks the user about a personal key, and not about that of a team', () => {
    const user = { models: ['no-default-models'] };
    expect(ask(aCaller({ user }), 'gpt-4o')).toBe('denied by user');
    expect(ask(aCaller({ user, team: {} }), 'gpt-4o')).toBe('gpt-4o');
  });

  it('resolves the aliases of a key, which say what it may use as well', () => {
    const key = { models: ['gpt-4'], aliases: { 'gpt-4': 'gpt-4o' } };
    expect(ask(aCaller({ key }), 'gpt-4')).toBe('gpt-4o');
    expect(ask(aCaller({ key }), 'gpt-4o')).toBe('denied by key');
    expect(ask(aCaller({ key, team: { models: ['premium'] } }), 'gpt-4')).toBe('denied by team');
    expect(ask(aCaller({ key: {} }), '__proto__')).toBe('__proto__');
  });
});

describe('selectVisibleModels', () => {
  it('shows what the caller may use', () => {
    const caller = aCaller({ key: { models: ['beta'] } });
    expect(selectVisibleModels(caller, ['gpt-4o', 'premium'], TABLE)).toEqual(['premium']);
  });
});

describe('describeModelDenial', () => {
  it.each(['key', 'team', 'user'] as const)('is the error of LiteLLM for a %s', (by) => {
    const error = describeModelDenial({ kind: 'denied', by, model: 'gpt-5' });
    expect(error).toMatchObject({
      code: `${by}_model_access_denied`,
      type: `${by}_model_access_denied`,
      status: 401,
      param: 'model',
      message: `this ${by} may not use the model "gpt-5"; GET /v1/models lists the models there are for it`,
    });
  });
});
