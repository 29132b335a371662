import { ANSWER_TOOL } from '../translate/open-blocks';
import type { Json } from '../translate/openai-request';
import type { Tool, ToolChoice } from '../translate/openai-tools';

export function renderTool(tool: Tool): Json {
  if (tool.kind === 'own') return tool.json;
  const { name, description, parameters, cacheControl } = tool;
  return {
    name,
    ...(description === null ? {} : { description }),
    input_schema: renderSchema(parameters),
    ...(cacheControl === null ? {} : { cache_control: cacheControl }),
  };
}

export function renderAnswerTool(schema: Json): Json {
  return { name: ANSWER_TOOL, input_schema: renderSchema(schema) };
}

/** A tool takes an object, and says so. */
function renderSchema(schema: Json): Json {
  return { ...schema, type: 'object', properties: schema.properties ?? {} };
}

/** Null: the model's own way. `one`: at most one call in an answer. */
export function renderToolChoice(asked: ToolChoice | null, calls: 'any' | 'one'): Json | null {
  const single = calls === 'one' ? { disable_parallel_tool_use: true } : {};
  switch (asked?.kind) {
    case undefined:
      return calls === 'one' ? { type: 'auto', ...single } : null;
    case 'none':
      return { type: 'none' };
    case 'required':
      return { type: 'any', ...single };
    case 'tool':
      return { type: 'tool', name: asked.name, ...single };
    case 'auto':
      return { type: 'auto', ...single };
  }
}
