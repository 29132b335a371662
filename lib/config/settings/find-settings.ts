import {
  isList,
  isMap,
  ownValue,
  type ConfigMap,
  type ConfigPath,
  type ConfigTree,
} from '../config-tree';
import type { Fate, NestedSetting, Section, Setting } from './setting';

/** A key of the file, where it stands, and its fate. */
export interface FoundSetting {
  readonly path: ConfigPath;
  readonly key: string;
  readonly value: ConfigTree;
  /** `unknown`: no row has it, and LiteLLM would ignore it too. */
  readonly fate: Fate | 'unknown';
  /** The keys that may stand beside it. */
  readonly section: Section;
}

/** Every key of the file that has a fate, in the order of the file. Each is found once, and none is left out. */
export function findSettings(
  map: ConfigMap,
  section: Section,
  path: ConfigPath = [],
): readonly FoundSetting[] {
  return Object.entries(map).flatMap(([key, value]) => {
    const place = { path: [...path, key], key, value, section };
    const setting = rowOf(section, key);
    if (setting === undefined) return [{ ...place, fate: section.others }];
    switch (setting.kind) {
      case 'plain':
        return [{ ...place, fate: setting.fate }];
      case 'by-value':
        return namesIn(value).map(({ name, step }) => ({
          ...place,
          path: [...place.path, ...step],
          fate: Object.hasOwn(setting.fates, name)
            ? (setting.fates[name] ?? 'unknown')
            : setting.otherwise(name),
        }));
      case 'nested':
        return mapsIn(value, setting, place.path).flatMap((inner) =>
          findSettings(inner.map, setting.section, inner.path),
        );
    }
  });
}

function rowOf(section: Section, key: string): Setting | undefined {
  return section.settings.find((row) => row.key === key);
}

/** Names in a list have their place in it; one name alone is the value. */
function namesIn(
  value: ConfigTree,
): readonly { readonly name: string; readonly step: ConfigPath }[] {
  if (isList(value)) {
    return value.flatMap((item, index) =>
      typeof item === 'string' ? [{ name: item, step: [index] }] : [],
    );
  }
  return typeof value === 'string' ? [{ name: value, step: [] }] : [];
}

interface InnerMap {
  readonly map: ConfigMap;
  readonly path: ConfigPath;
}

/** What is of another shape is refused by the schema, or is a form that a rewrite tells of. */
function mapsIn(
  value: ConfigTree,
  { shape }: NestedSetting,
  path: ConfigPath,
): readonly InnerMap[] {
  const inside = (steps: readonly (string | number)[]): readonly InnerMap[] =>
    steps.flatMap((step) => {
      const item =
        typeof step === 'number'
          ? isList(value)
            ? value[step]
            : null
          : isMap(value)
            ? ownValue(value, step)
            : null;
      return isMap(item) ? [{ map: item, path: [...path, step] }] : [];
    });
  switch (shape) {
    case 'map':
      return isMap(value) ? [{ map: value, path }] : [];
    case 'list':
      return isList(value) ? inside([...value.keys()]) : [];
    case 'by-name':
      return isMap(value) ? inside(Object.keys(value)) : [];
  }
}
