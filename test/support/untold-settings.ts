import {
  leavesOf,
  renderPath,
  valueAt,
  type ConfigMap,
  type ConfigPath,
  type ConfigTree,
} from '../../lib/config/config-tree';
import { judgeSettings } from '../../lib/config/settings/judge-settings';
import { LITELLM_PARAMS } from '../../lib/config/settings/litellm-params';
import { settingRows, type SettingRow } from './setting-rows';

/**
 * Places of the file that the table does not claim as done or harmless and that nobody tells of: there must be none. Goes
 * through the file value by value and knows nothing of how the table is searched.
 */
export function untoldSettings(tree: ConfigMap): readonly string[] {
  const { problems, warnings } = judgeSettings(tree);
  const told = new Set([...problems, ...warnings].map(({ path }) => path));
  return leavesOf(tree)
    .map(({ path }) => path)
    .filter((path) => !prefixesOf(path).some((prefix) => told.has(renderPath(prefix))))
    .filter((path) => !prefixesOf(path).some((prefix) => isClaimed(prefix, tree)))
    .map(renderPath);
}

const ROWS = settingRows();

const prefixesOf = (path: ConfigPath): readonly ConfigPath[] =>
  path.map((_, index) => path.slice(0, index + 1));

function isClaimed(path: ConfigPath, tree: ConfigTree): boolean {
  const value = valueAt(tree, path) ?? null;
  return (
    ROWS.some((row) => isAt(row, path, value) && isQuiet(row, value)) ||
    isSent(path) ||
    (isFreeForm(path) && !ROWS.some((row) => isAt({ ...row, name: null }, path, value)))
  );
}

function isAt({ path: row, name }: SettingRow, path: ConfigPath, value: ConfigTree): boolean {
  const own = name !== null && typeof path.at(-1) === 'number' ? path.slice(0, -1) : path;
  return (
    own.length === row.length &&
    own.every((step, index) => isSameStep(step, row[index], own[index - 1])) &&
    (name === null || name === value)
  );
}

/** Any item of a list stands for each, and so does any name of a provider. */
function isSameStep(
  step: string | number,
  row: string | number | undefined,
  before: string | number | undefined,
): boolean {
  return step === row || typeof step === 'number' || before === 'provider_budget_config';
}

function isQuiet({ fate }: SettingRow, value: ConfigTree): boolean {
  if (fate.kind === 'done' || fate.kind === 'harmless') return true;
  return fate.inert.some((inert) => JSON.stringify(inert) === JSON.stringify(value));
}

/** A parameter that no row has goes to the provider under its name. */
function isSent(path: ConfigPath): boolean {
  const known = LITELLM_PARAMS.settings.map(({ key }) => key);
  const key = path.at(-1);
  return (
    LITELLM_PARAMS.others !== 'unknown' &&
    LITELLM_PARAMS.others.kind !== 'ignored' &&
    ['litellm_params', 'credential_values', 'default_litellm_params'].includes(
      String(path.at(-2)),
    ) &&
    typeof key === 'string' &&
    !known.includes(key)
  );
}

/** Notes that whoever wrote the file keeps there, and variables of its own. */
function isFreeForm([section, , part]: ConfigPath): boolean {
  return section === 'environment_variables' || (section === 'model_list' && part === 'model_info');
}
