import { isMap, readMap, readText } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';
import { readResponseFormat, readStops } from '../translate/openai-tools';
import { isGemini3, takesJsonSchema } from './models';
import { renderSchema } from './schema';
import { selectThinking } from './thinking';

/** OpenAI's numbers and flags that Google has under another name. */
const RENAMED: readonly (readonly [string, string])[] = [
  ['temperature', 'temperature'],
  ['top_p', 'topP'],
  ['n', 'candidateCount'],
  ['seed', 'seed'],
  ['logprobs', 'responseLogprobs'],
  ['top_logprobs', 'logprobs'],
];
const PENALTIES: readonly (readonly [string, string])[] = [
  ['frequency_penalty', 'frequencyPenalty'],
  ['presence_penalty', 'presencePenalty'],
];

/** https://ai.google.dev/api/generate-content#generationconfig */
export function renderGenerationConfig(json: Json, model: string): Json {
  const config: Record<string, unknown> = {};
  const set = (name: string, value: unknown): void => {
    if (value !== undefined && value !== null) config[name] = value;
  };
  const renamed = isGemini3(model) ? RENAMED : [...RENAMED, ...PENALTIES];
  for (const [name, spelling] of renamed) {
    // One answer is what Google gives unless it is asked for more.
    if (name !== 'n' || json.n !== 1) set(spelling, json[name]);
  }
  set('maxOutputTokens', json.max_completion_tokens ?? json.max_tokens);
  const stops = readStops(json);
  if (stops.length > 0) config.stopSequences = stops;
  set('thinkingConfig', selectThinking(json, model));
  return { ...config, ...renderFormat(json, model), ...renderModalities(json) };
}

function renderFormat(json: Json, model: string): Json {
  const format = readResponseFormat(json);
  if (format === null || format.kind === 'text') return {};
  const responseMimeType = 'application/json';
  if (format.kind !== 'schema') return { responseMimeType };
  if (!takesJsonSchema(model)) {
    return {
      responseMimeType,
      responseSchema: withOrder(renderSchema(format.schema, 'response_format')),
    };
  }
  const { $schema: _, ...schema } = format.schema;
  return { responseMimeType, responseJsonSchema: schema };
}

/** Without it the members of an answer come in the order of the alphabet. */
function withOrder(schema: Json): Json {
  const properties = readMap(schema.properties);
  const items = readMap(schema.items);
  return {
    ...schema,
    ...(items === null ? {} : { items: withOrder(items) }),
    ...(properties === null
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, property]) => [
              name,
              isMap(property) ? withOrder(property) : property,
            ]),
          ),
          propertyOrdering: schema.propertyOrdering ?? Object.keys(properties),
        }),
  };
}

function renderModalities(json: Json): Json {
  const asked = Array.isArray(json.modalities) ? json.modalities.map(String) : [];
  const voice = readText(readMap(json.audio)?.voice);
  const named = asked.map((each) => each.toUpperCase());
  const all = voice === null || named.includes('AUDIO') ? named : [...named, 'AUDIO'];
  // Text alone is what every model answers with.
  const isPlain = all.every((each) => each === 'TEXT');
  return {
    ...(isPlain ? {} : { responseModalities: all }),
    ...(voice === null
      ? {}
      : { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: voice } } } }),
  };
}
