import {
  isList,
  isMap,
  ownValue,
  type ConfigMap,
  type ConfigPath,
  type ConfigTree,
} from './config-tree';

/**
 * How fallbacks are written besides LiteLLM's own list of one-key maps: the guide's `model` and `fallback_models`, one
 * plain map, or a lone name where a list belongs.
 */
export type FallbackForm = 'model-and-fallback-models' | 'map' | 'single-target';

export interface FallbackEntry {
  readonly model: string;
  readonly targets: readonly string[];
}

export interface FallbackFault {
  readonly path: ConfigPath;
  readonly allowed: string;
  readonly fix: string;
}

export interface FallbackReading {
  readonly entries: readonly FallbackEntry[];
  /** Forms found besides LiteLLM's own. */
  readonly forms: readonly FallbackForm[];
  readonly faults: readonly FallbackFault[];
}

const DOCUMENTED = '[{gpt-4o: [claude-sonnet-4]}]';

/** Reads fallbacks in any of their forms, in the order of the file. */
export function readFallbacks(value: ConfigTree): FallbackReading {
  if (isMap(value)) {
    const read = Object.entries(value).map(([model, targets]) =>
      readEntry(model, targets, [model]),
    );
    return combine([{ entries: [], forms: ['map'], faults: [] }, ...read]);
  }
  if (!isList(value)) {
    return fault([], 'be a list of fallbacks', `write ${DOCUMENTED}`);
  }
  return combine(value.map((item, index) => readItem(item, index)));
}

function readItem(item: ConfigTree, index: number): FallbackReading {
  if (!isMap(item))
    return fault([index], 'be a map of a model to its fallbacks', `write ${DOCUMENTED}`);
  if (ownValue(item, 'fallback_models') !== undefined) return readGuideItem(item, index);
  const [first, ...others] = Object.entries(item);
  if (first === undefined || others.length > 0) {
    return fault([index], 'have exactly one key, the model', `write ${DOCUMENTED}`);
  }
  return readEntry(first[0], first[1], [index, first[0]]);
}

function readGuideItem(item: ConfigMap, index: number): FallbackReading {
  const model = ownValue(item, 'model');
  const unknown = Object.keys(item).find((key) => key !== 'model' && key !== 'fallback_models');
  if (unknown !== undefined) {
    return fault([index, unknown], 'not stand beside model and fallback_models', 'remove it');
  }
  if (typeof model !== 'string' || model === '') {
    return fault([index, 'model'], 'name the model that falls back', 'write model: gpt-4o');
  }
  const read = readEntry(model, ownValue(item, 'fallback_models') ?? null, [
    index,
    'fallback_models',
  ]);
  return { ...read, forms: [...read.forms, 'model-and-fallback-models'] };
}

function readEntry(model: string, value: ConfigTree, path: ConfigPath): FallbackReading {
  if (typeof value === 'string' && value !== '') {
    return { entries: [{ model, targets: [value] }], forms: ['single-target'], faults: [] };
  }
  if (!isList(value)) return fault(path, 'be a list of model names', 'write [claude-sonnet-4]');
  const faults = value.flatMap((target, index) =>
    typeof target === 'string' && target !== ''
      ? []
      : [
          {
            path: [...path, index],
            allowed: 'be the name of a model',
            fix: 'write a name such as claude-sonnet-4',
          },
        ],
  );
  const targets = value.filter((target): target is string => typeof target === 'string');
  return { entries: [{ model, targets }], forms: [], faults };
}

function fault(path: ConfigPath, allowed: string, fix: string): FallbackReading {
  return { entries: [], forms: [], faults: [{ path, allowed, fix }] };
}

function combine(readings: readonly FallbackReading[]): FallbackReading {
  return {
    entries: readings.flatMap((reading) => reading.entries),
    forms: [...new Set(readings.flatMap((reading) => reading.forms))],
    faults: readings.flatMap((reading) => reading.faults),
  };
}
