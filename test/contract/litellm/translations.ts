import { renderConverseRequest } from '../../../runtime/providers/bedrock/request';
import { renderGenerateContent } from '../../../runtime/providers/generate-content/request';
import { renderMessagesRequest } from '../../../runtime/providers/messages-api/request';
import { GatewayError } from '../../../runtime/errors';
import type { ConformanceRule } from './conformance-rule';
import { equal } from './selections';

type Json = Readonly<Record<string, unknown>>;

const section = 'translations';
const CLAUDE = 'claude-sonnet-4-20250514';
const GEMINI = 'gemini-2.5-flash';
const NOVA = 'amazon.nova-pro-v1:0';

function asked(json: Json) {
  const messages = [{ role: 'user', content: 'Hi' }];
  const allowed = new Set<string>();
  return { json: { messages, ...json }, unsupported: 'refused' as const, allowed };
}

function refusalOf(render: () => unknown): string {
  try {
    render();
  } catch (error) {
    if (error instanceof GatewayError) return error.message;
    throw error;
  }
  return 'taken';
}

const CITY = { type: 'object', properties: { zip: { type: 'string' } } };
const PARAMETERS = {
  type: 'object',
  properties: { a: { $ref: '#/$defs/City' } },
  additionalProperties: false,
  $defs: { City: CITY },
};
const TOOLS = [{ type: 'function', function: { name: 'f', parameters: PARAMETERS } }];
const IMAGE = (url: string): Json => ({ type: 'image_url', image_url: { url } });

/** Calls that some other model made, which therefore bear no signature of Gemini's. */
const FOREIGN_CALLS = [
  { role: 'user', content: 'Hi' },
  {
    role: 'assistant',
    content: null,
    tool_calls: ['a', 'b'].map((id) => ({
      id,
      type: 'function',
      function: { name: 'f', arguments: '{}' },
    })),
  },
  ...['a', 'b'].map((id) => ({ role: 'tool', tool_call_id: id, content: 'done' })),
];

export const TRANSLATION_RULES: readonly ConformanceRule[] = [
  {
    id: 'translations.same-meaning',
    section,
    liteLlm: 'Chat requests become those of Anthropic, Bedrock (Converse) and Gemini.',
    ours: 'The same: 200 drawn requests each are compared with its own translation (`npx jest test/lab/litellm`); what differs stands below.',
    why: null,
    prove: () => {
      const { body } = renderMessagesRequest(asked({ max_tokens: 5, stop: 'x' }), CLAUDE);
      equal(body, {
        max_tokens: 5,
        stop_sequences: ['x'],
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      });
    },
  },
  {
    id: 'translations.choice-without-tools',
    section,
    liteLlm: '`tool_choice` without `tools` is sent to Anthropic, which answers 400.',
    ours: 'It is left out: nothing can be chosen.',
    why: 'A fallback from OpenAI, which takes it, would fail.',
    prove: () => {
      const { body } = renderMessagesRequest(asked({ tool_choice: 'auto' }), CLAUDE);
      equal('tool_choice' in body, false);
    },
  },
  {
    id: 'translations.bedrock-tools',
    section,
    liteLlm:
      'The schema of a tool keeps `properties` and `required`, with references resolved; one that holds itself keeps its reference.',
    ours: 'The same, and what holds itself ends in an object of any kind.',
    why: 'A reference without its definition is refused by the models.',
    prove: () => {
      const { toolConfig } = renderConverseRequest(asked({ tools: TOOLS }), NOVA);
      const json = { type: 'object', properties: { a: CITY } };
      const toolSpec = { name: 'f', description: 'f', inputSchema: { json } };
      equal(toolConfig, { tools: [{ toolSpec }] });
    },
  },
  {
    id: 'translations.image-addresses',
    section,
    liteLlm: 'Images at addresses are loaded into the proxy where the provider takes bytes alone.',
    ours: 'Google gets the address and loads it itself; Bedrock takes bytes, so an address is refused by name.',
    why: 'The gateway connects to no address that a client names: that would open the network it stands in.',
    prove: () => {
      const url = 'https://example.com/a.png';
      const messages = [{ role: 'user', content: [{ type: 'text', text: 'Hi' }, IMAGE(url)] }];
      const { contents } = renderGenerateContent(asked({ messages }), GEMINI);
      const fileData = { mimeType: 'image/png', fileUri: url };
      equal(contents, [{ role: 'user', parts: [{ text: 'Hi' }, { fileData }] }]);
      equal(
        refusalOf(() => renderConverseRequest(asked({ messages }), NOVA)),
        'messages[0].content[1] must hold its content as a data URL: Bedrock fetches no addresses',
      );
    },
  },
  {
    id: 'translations.foreign-calls',
    section,
    liteLlm: 'Each call of a tool that another model made gets Google’s dummy signature.',
    ours: 'The first of a message gets it, which is what Gemini 3 checks.',
    why: null,
    prove: () => {
      const { contents } = renderGenerateContent(
        asked({ messages: FOREIGN_CALLS, tools: TOOLS }),
        'gemini-3-pro-preview',
      );
      const [, said] = contents as readonly { readonly parts: readonly object[] }[];
      equal(
        said?.parts.map((part) => 'thoughtSignature' in part),
        [true, false],
      );
    },
  },
  {
    id: 'translations.gemini-3',
    section,
    liteLlm:
      'Gemini 3 gets `temperature: 1` where none is asked for, and a JSON schema as `responseSchema`.',
    ours: 'Google’s default is left to Google, and a JSON schema goes to every model as `responseJsonSchema`.',
    why: '`responseSchema` has no member for many a part of a JSON schema.',
    prove: () => {
      const format = { type: 'json_schema', json_schema: { name: 'x', schema: CITY } };
      const { generationConfig } = renderGenerateContent(
        asked({ response_format: format }),
        'gemini-3-pro-preview',
      );
      equal(generationConfig, {
        responseMimeType: 'application/json',
        responseJsonSchema: CITY,
        // As LiteLLM does.
        thinkingConfig: { thinkingLevel: 'low' },
      });
    },
  },
  {
    id: 'translations.unknown-parameter',
    section,
    liteLlm:
      'A parameter of OpenAI that the provider lacks is refused, or dropped with `drop_params`.',
    ours: 'The same, and the answer names the parameter in `param`.',
    why: null,
    prove: () => {
      equal(
        refusalOf(() => renderMessagesRequest(asked({ seed: 5 }), CLAUDE)),
        'seed is a parameter that Anthropic does not have; leave out what it cannot do, or send drop_params: true',
      );
      const dropped = { ...asked({ seed: 5 }), unsupported: 'dropped' as const };
      equal('seed' in renderMessagesRequest(dropped, CLAUDE).body, false);
    },
  },
];
