import { parseGatewayConfig, type GatewayConfig } from '../../../../lib/config';
import type { ConfigMap, ConfigPath, ConfigTree } from '../../../../lib/config/config-tree';
import { describeWarning } from '../../../../lib/errors';
import { stringify } from 'yaml';
import { mergeTrees, settingRows, withValueAt } from '../../../support/setting-rows';

const FILE: ConfigTree = {
  model_list: [{ model_name: 'a', litellm_params: { model: 'openai/gpt-4o' } }],
};

/** What stands beneath the entries shows only in what they leave out themselves. */
function fileFor(path: ConfigPath): ConfigTree {
  const model: ConfigMap = path.at(-1) === 'model' ? {} : { model: 'openai/gpt-4o' };
  switch (path[0]) {
    case 'credential_list': {
      const litellm_params = { ...model, litellm_credential_name: 'one' };
      const credential = { credential_name: 'one', credential_values: {} };
      return { model_list: [{ model_name: 'a', litellm_params }], credential_list: [credential] };
    }
    case 'router_settings':
      return { model_list: [{ model_name: 'a', litellm_params: model }] };
    default:
      return FILE;
  }
}

/** Texts, warnings and ids are derived from the file as a whole; what a setting decides is elsewhere. */
const DERIVED = ['canonicalYaml', 'requiredEnvironment', 'warnings'];

const parse = (tree: ConfigTree): GatewayConfig =>
  parseGatewayConfig(stringify(tree), { environment: {} });

/** Paths at which two configurations differ: `router.retries`, `deployments[].weight`. */
function differences(one: unknown, other: unknown, path = ''): readonly string[] {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return [path];
  }
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return keys.flatMap((key) =>
    differences(
      (one as Record<string, unknown>)[key],
      (other as Record<string, unknown>)[key],
      Array.isArray(one) ? `${path}[]` : path === '' ? key : `${path}.${key}`,
    ),
  );
}

const isWithin = (path: string, field: string): boolean =>
  path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[]`);

const decidedBy = (one: GatewayConfig, other: GatewayConfig): readonly string[] =>
  [...new Set(differences(one, other))].filter(
    (path) => !DERIVED.some((derived) => isWithin(path, derived)),
  );

const rows = settingRows();
const done = rows.flatMap(({ fate, ...row }) =>
  fate.kind === 'done' ? [{ ...row, fate, title: row.path.join('.') + (row.name ?? '') }] : [],
);

describe('SETTINGS', () => {
  it.each(done)('$title decides exactly the fields it names', ({ path, fate }) => {
    const [one, other] = fate.samples.map((sample) =>
      parse(withValueAt(mergeTrees(fileFor(path), fate.beside), path, sample)),
    );
    if (one === undefined || other === undefined) throw new Error('a row has two samples');

    const decided = decidedBy(one, other).filter((field) => field !== 'deployments[].id');
    const idAlone = fate.fields.includes('deployments[].id') ? [] : decided;

    expect(idAlone.filter((field) => !fate.fields.some((own) => isWithin(field, own)))).toEqual([]);
    expect(
      fate.fields.filter((own) => !decidedBy(one, other).some((field) => isWithin(field, own))),
    ).toEqual([]);
    expect([...one.warnings, ...other.warnings].map(describeWarning)).not.toContainEqual(
      expect.stringMatching(/no effect|not known/),
    );
  });

  it('has each key of a section once', () => {
    const names = rows.map(({ section, key, name }) => `${section}.${key}:${name ?? ''}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
