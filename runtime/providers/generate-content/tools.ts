import { invalid, readMap } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';
import { readToolChoice, readTools } from '../translate/openai-tools';
import type { Tool, ToolChoice } from '../translate/openai-tools';
import { camelizeMembers, toCamelCase } from './camel-case';
import { renderSchema } from './schema';

export interface RenderedTools {
  /** Google's tools: all functions in one, and each of its own by itself. */
  readonly list: readonly Json[];
  /** Null: the client leaves it to the model. */
  readonly config: Json | null;
}

export function renderTools(json: Json): RenderedTools {
  const tools = readTools(json);
  const functions = tools.filter((tool) => tool.kind === 'function').map(renderFunction);
  const own = tools.flatMap((tool) => (tool.kind === 'own' ? [renderOwnTool(tool.json)] : []));
  const searches = readMap(json.web_search_options) === null ? [] : [{ googleSearch: {} }];
  const list = [
    ...(functions.length === 0 ? [] : [{ functionDeclarations: functions }]),
    ...own,
    ...searches,
  ];
  const choice = functions.length === 0 ? null : readToolChoice(json);
  return { list, config: choice === null ? null : renderChoice(choice) };
}

export function countFunctions(json: Json): number {
  return readTools(json).filter(({ kind }) => kind === 'function').length;
}

function renderFunction({
  name,
  description,
  parameters,
}: Extract<Tool, { kind: 'function' }>): Json {
  // An object without members is refused; a function without parameters takes nothing.
  const properties = Object.keys(readMap(parameters.properties) ?? {});
  const isEmpty =
    Object.keys(parameters).length === 0 || (parameters.type === 'object' && isBare(parameters));
  return {
    name,
    ...(description === null ? {} : { description }),
    ...(isEmpty && properties.length === 0
      ? {}
      : { parameters: renderSchema(parameters, 'tools') }),
  };
}

function isBare(schema: Json): boolean {
  return ['$ref', 'allOf', 'anyOf', 'oneOf'].every((name) => schema[name] === undefined);
}

/** Google's own, such as `{"google_search": {}}`, and with a type in front, as clients of OpenAI have to write it. */
function renderOwnTool({ type, ...members }: Json): Json {
  if (typeof type !== 'string') return camelizeMembers(members);
  if (type === 'function')
    throw invalid('tools', 'must have function with a name in each function');
  if (type.startsWith('web_search')) return { googleSearch: {} };
  if (Object.keys(members).length === 0) return { [toCamelCase(type)]: {} };
  const name = toCamelCase(type);
  const isNamed = Object.keys(members).some((member) => toCamelCase(member) === name);
  return isNamed ? camelizeMembers(members) : { [name]: members };
}

function renderChoice(choice: ToolChoice): Json {
  if (choice.kind === 'tool') {
    return { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [choice.name] } };
  }
  return { functionCallingConfig: { mode: MODES[choice.kind] } };
}

const MODES = { auto: 'AUTO', none: 'NONE', required: 'ANY' } as const;
