import { OPENAI_FORMATS } from '../../runtime/providers/openai-format/table';
import { PROVIDERS } from '../../runtime/providers/providers';

const INTRODUCTION = `# Providers

Which providers this gateway asks, by the prefix that \`litellm_params.model\` names them with. \`api_base\` and \`api_key\` of a
deployment always win; where it has none, the variables are looked for in the order in which they stand here, as LiteLLM does.
A deployment of another provider is refused by name at start (\`litellm-ha check\` says so before), or answers 501 while others of
its file serve.

This page is written from the gateway's own table (\`npm run docs\`).
`;

/** Providers whose format is another one. */
const OTHERS: Readonly<Record<string, string>> = {
  azure:
    'OpenAI on Azure: deployments by path, or the v1 API; a key, a token or an identity of Entra.',
  anthropic: 'The Messages API.',
  bedrock:
    'Converse for all models, or Claude by `invoke/`; AWS’s standard chain of credentials, keys, profiles, roles, web identity, or AWS_BEARER_TOKEN_BEDROCK.',
  bedrock_converse: 'The same.',
  gemini: 'Google AI Studio: `generateContent` by an API key (`GOOGLE_API_KEY`, `GEMINI_API_KEY`).',
  vertex_ai:
    'Vertex AI: Gemini, Claude, Mistral and the open models, by the credentials of Google Cloud (`vertex_credentials`, or the application default ones); `vertex_project` has to be said where the credentials stand in a file.',
  vertex_ai_beta: 'The same.',
};

/** `docs/providers.md`. */
export function renderProvidersPage(): string {
  const rows = [...OPENAI_FORMATS].map(([name, { base, key, keyVariables, baseVariables }]) => {
    const address = base ?? 'to be said';
    const keys = `${list(keyVariables)}${key === 'optional' ? ' (optional)' : ''}`;
    return `| \`${name}/\` | ${address} | ${keys} | ${list(baseVariables)} |`;
  });
  const others = [...PROVIDERS.keys()].filter((name) => !OPENAI_FORMATS.has(name));
  return [
    INTRODUCTION,
    '## In their own format',
    '',
    '| prefix | what |',
    '| --- | --- |',
    ...others.map((name) => `| \`${name}/\` | ${OTHERS[name] ?? ''} |`),
    '',
    "## In OpenAI's format",
    '',
    '| prefix | address | key from | address from |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function list(names: readonly string[]): string {
  return names.length === 0 ? '—' : names.map((name) => `\`${name}\``).join(', ');
}
