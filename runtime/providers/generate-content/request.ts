import { invalid, readMap, readMessages } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';
import { selectOwnParams } from '../translate/translated-params';
import type { ShapedRequest } from '../translate/translated-params';
import { camelizeMembers, toCamelCase } from './camel-case';
import { renderConversation } from './contents';
import { renderGenerationConfig } from './generation-config';
import { isGemini3 } from './models';
import { countFunctions, renderTools } from './tools';

const TRANSLATED: readonly string[] = [
  'audio',
  'function_call',
  'functions',
  'logprobs',
  'max_completion_tokens',
  'max_tokens',
  'messages',
  'modalities',
  'model',
  'n',
  'reasoning_effort',
  'response_format',
  'seed',
  'stop',
  'stream',
  'temperature',
  'thinking',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  // Google has no word for it, and no answer misses it; LiteLLM leaves it out, too.
  'user',
  'web_search_options',
];

/** Google's own parameters that clients write at the top, where OpenAI has its. */
const IN_CONFIG: ReadonlySet<string> = new Set([
  'audioTimestamp',
  'enableAffectiveDialog',
  'enableEnhancedCivicAnswers',
  'imageConfig',
  'mediaResolution',
  'modelSelectionConfig',
  'responseJsonSchema',
  'responseLogprobs',
  'responseMimeType',
  'responseModalities',
  'responseSchema',
  'routingConfig',
  'speechConfig',
  'thinkingConfig',
  'topK',
]);

/** Members of the request itself; in either spelling, while what nobody knows goes out as it came. */
const BESIDE: ReadonlySet<string> = new Set([
  'cachedContent',
  'modelArmorConfig',
  'safetySettings',
  'systemInstruction',
  'toolConfig',
]);

/** A `GenerateContentRequest`. https://ai.google.dev/api/generate-content */
export function renderGenerateContent(request: ShapedRequest, model: string): Json {
  const { json } = request;
  const own = selectOwnParams(request, selectTranslated(json, model), 'Gemini');
  const { system, contents } = renderConversation(readMessages(json), model);
  const tools = renderTools(json);
  const placed = placeOwn(own);
  const config = joinConfigs(renderGenerationConfig(json, model), placed.config);
  return {
    ...placed.beside,
    contents,
    ...(system.length === 0 ? {} : { systemInstruction: { parts: system } }),
    ...(tools.list.length === 0 ? {} : { tools: tools.list }),
    ...renderToolConfig(tools.config, placed.beside.toolConfig),
    ...(Object.keys(config).length === 0 ? {} : { generationConfig: config }),
  };
}

/** Google's words win, save over what a budget was set aside for. */
function joinConfigs(rendered: Json, own: Json): Json {
  if (own.candidateCount !== undefined) {
    throw invalid('generationConfig.candidateCount', 'must not be set; n says how many answers');
  }
  const { maxOutputTokens } = rendered;
  return { ...rendered, ...own, ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }) };
}

function selectTranslated(json: Json, model: string): ReadonlySet<string> {
  const names = new Set(TRANSLATED);
  if (!isGemini3(model)) names.add('frequency_penalty').add('presence_penalty');
  // One call at a time cannot be asked for; of one function nobody expects more.
  if (json.parallel_tool_calls !== false || countFunctions(json) < 2) {
    names.add('parallel_tool_calls');
  }
  return names;
}

function placeOwn(own: Json): { readonly config: Json; readonly beside: Json } {
  const config: Record<string, unknown> = {};
  const beside: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(own)) {
    const spelling = toCamelCase(name);
    if (spelling === 'generationConfig')
      Object.assign(config, camelizeMembers(readMap(value) ?? {}));
    else if (IN_CONFIG.has(spelling)) config[spelling] = value;
    else beside[BESIDE.has(spelling) ? spelling : name] = value;
  }
  return { config, beside };
}

/** The client's choice of a tool beside what Google's own member says. */
function renderToolConfig(chosen: Json | null, own: unknown): Json {
  if (chosen === null) return {};
  return { toolConfig: { ...readMap(own), ...chosen } };
}
