import type { ConfigMap, ConfigPath, ConfigTree } from '../../lib/config/config-tree';
import type { Fate, Section, Setting } from '../../lib/config/settings/setting';
import { SETTINGS } from '../../lib/config/settings/table';

/** One row of the table of settings, at a place where it may stand in a file. */
export interface SettingRow {
  /** `router_settings.num_retries`, `model_list[].litellm_params.model`. */
  readonly section: string;
  readonly path: ConfigPath;
  readonly key: string;
  readonly fate: Fate;
  /** The name that has the fate, where a key takes names; null: the key itself. */
  readonly name: string | null;
}

/** A name for the maps that have one map for each name. */
const ANY_NAME = 'openai';

/** Every row of the table. */
export function settingRows(
  section: Section = SETTINGS,
  place: { readonly path: ConfigPath; readonly title: string } = { path: [], title: '' },
): readonly SettingRow[] {
  return section.settings.flatMap((row) => rowsOf(row, place));
}

function rowsOf(
  row: Setting,
  { path, title }: { readonly path: ConfigPath; readonly title: string },
): readonly SettingRow[] {
  const own = { section: title, path: [...path, row.key], key: row.key };
  switch (row.kind) {
    case 'plain':
      return [{ ...own, fate: row.fate, name: null }];
    case 'by-value':
      return Object.entries(row.fates).map(([name, fate]) => ({ ...own, fate, name }));
    case 'nested': {
      const { step, mark } = INNER[row.shape];
      const inner = `${title === '' ? '' : `${title}.`}${row.key}${mark}`;
      return settingRows(row.section, { path: [...own.path, ...step], title: inner });
    }
  }
}

const INNER = {
  map: { step: [], mark: '' },
  list: { step: [0], mark: '[]' },
  'by-name': { step: [ANY_NAME], mark: '.<name>' },
} as const;

/** `value` at `path` of `tree`; lists grow and maps are made as needed. */
export function withValueAt(tree: ConfigTree, path: ConfigPath, value: ConfigTree): ConfigTree {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const list = Array.isArray(tree) ? [...(tree as readonly ConfigTree[])] : [];
    list[step] = withValueAt(list[step] ?? {}, rest, value);
    return list;
  }
  const map = isPlainMap(tree) ? tree : {};
  return { ...map, [step]: withValueAt(map[step] ?? {}, rest, value) };
}

/** `over` laid upon `tree`, map by map and item by item. */
export function mergeTrees(tree: ConfigTree, over: ConfigTree): ConfigTree {
  if (Array.isArray(tree) && Array.isArray(over)) {
    const [below, above] = [tree as readonly ConfigTree[], over as readonly ConfigTree[]];
    return Array.from({ length: Math.max(below.length, above.length) }, (_, index) =>
      mergeTrees(below[index] ?? null, above[index] ?? below[index] ?? null),
    );
  }
  if (!isPlainMap(tree) || !isPlainMap(over)) return over;
  const merged = Object.entries(over).map(([key, value]) => {
    const own = tree[key];
    return [key, own === undefined ? value : mergeTrees(own, value)] as const;
  });
  return { ...tree, ...Object.fromEntries(merged) };
}

function isPlainMap(tree: ConfigTree): tree is ConfigMap {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}
