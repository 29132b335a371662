import { invalid, isMap, readMap, readText } from './openai-request';
import type { Json } from './openai-request';

export type Tool =
  | {
      readonly kind: 'function';
      readonly name: string;
      readonly description: string | null;
      /** JSON Schema; empty: the tool takes nothing. */
      readonly parameters: Json;
      readonly strict: boolean;
      readonly cacheControl: Json | null;
    }
  /** A tool in the provider's own words. */
  | { readonly kind: 'own'; readonly json: Json };

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'tool'; readonly name: string };

/** `tools`, and OpenAI's older `functions`. */
export function readTools({ tools, functions }: Json): readonly Tool[] {
  if (Array.isArray(tools)) {
    return tools.map((tool: unknown, at) => readTool(tool, `tools[${at}]`));
  }
  if (!Array.isArray(functions)) return [];
  return functions.map((each: unknown, at) =>
    readTool({ type: 'function', function: each }, `functions[${at}]`),
  );
}

function readTool(json: unknown, path: string): Tool {
  if (!isMap(json)) throw invalid(path, 'must be an object');
  const called = json.function;
  if (json.type !== 'function' || !isMap(called)) return { kind: 'own', json };
  const name = readText(called.name);
  if (name === null) throw invalid(`${path}.function.name`, 'must be text');
  return {
    kind: 'function',
    name,
    description: readText(called.description),
    parameters: readMap(called.parameters) ?? {},
    strict: called.strict === true,
    cacheControl: readMap(json.cache_control) ?? readMap(called.cache_control),
  };
}

/** `tool_choice`, and OpenAI's older `function_call`. Null: the client leaves it to the model. */
export function readToolChoice({
  tool_choice: choice,
  function_call: call,
}: Json): ToolChoice | null {
  const chosen = choice ?? call;
  if (chosen === undefined || chosen === null) return null;
  if (chosen === 'auto' || chosen === 'none' || chosen === 'required') return { kind: chosen };
  if (chosen === 'any') return { kind: 'required' };
  const name = isMap(chosen)
    ? (readText(chosen.name) ?? readText(readMap(chosen.function)?.name))
    : null;
  if (name !== null) return { kind: 'tool', name };
  const type = isMap(chosen) ? chosen.type : null;
  if (type === 'auto' || type === 'none') return { kind: type };
  if (type === 'any' || type === 'required') return { kind: 'required' };
  throw invalid('tool_choice', 'must be auto, none, required or the name of a function');
}

export type ResponseFormat =
  | { readonly kind: 'text' | 'json' }
  | { readonly kind: 'schema'; readonly name: string; readonly schema: Json };

/** Null: the client says nothing. */
export function readResponseFormat({ response_format: format }: Json): ResponseFormat | null {
  if (format === undefined || format === null) return null;
  if (!isMap(format)) throw invalid('response_format', 'must be an object');
  if (format.type === 'text') return { kind: 'text' };
  const described = readMap(format.json_schema);
  const schema = readMap(described?.schema) ?? readMap(format.response_schema);
  if (schema !== null) {
    return { kind: 'schema', name: readText(described?.name) ?? 'answer', schema };
  }
  if (format.type === 'json_object') return { kind: 'json' };
  throw invalid('response_format', 'must be text, json_object, or json_schema with a schema');
}

/** `stop`: one text or several. */
export function readStops({ stop }: Json): readonly string[] {
  if (stop === undefined || stop === null) return [];
  if (typeof stop === 'string') return [stop];
  if (Array.isArray(stop) && stop.every((each) => typeof each === 'string')) return stop;
  throw invalid('stop', 'must be text or an array of texts');
}
