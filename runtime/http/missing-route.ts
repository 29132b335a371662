import { GatewayError } from '../errors';
import type { ErrorDialect } from '../errors';

/** An endpoint that clients know and this gateway does not serve. */
interface Unserved {
  readonly name: string;
  /** Without the version before it, and without what follows it. */
  readonly path: RegExp;
  /** Default: OpenAI's. */
  readonly dialect?: ErrorDialect;
}

const UNSERVED: readonly Unserved[] = [
  { name: 'Responses', path: /^\/responses\b/ },
  { name: 'Embeddings', path: /^\/embeddings$|^\/(engines|openai\/deployments)\/.+\/embeddings$/ },
  {
    name: 'Completions',
    path: /^\/completions$|^\/(engines|openai\/deployments)\/[^/]+\/completions$/,
  },
  { name: 'Moderations', path: /^\/moderations$/ },
  { name: 'Images', path: /^\/images\// },
  { name: 'Audio', path: /^\/audio\// },
  { name: 'Rerank', path: /^\/rerank$/ },
  { name: 'Files', path: /^\/files\b/ },
  { name: 'Batches', path: /^\/batches\b/ },
  { name: 'Fine-tuning', path: /^\/fine_tuning\// },
  { name: 'Realtime', path: /^\/realtime\b/ },
  { name: 'Assistants', path: /^\/(assistants|threads)\b/ },
  { name: 'Vector stores', path: /^\/vector_stores\b/ },
  { name: 'Messages', path: /^\/messages\b/, dialect: 'anthropic' },
  { name: 'generateContent', path: /^\/(v1beta\/)?models\/[^/]+:\w+$/, dialect: 'google' },
  { name: 'Converse', path: /^\/model\/[^/]+\/(converse|invoke)/ },
  {
    name: 'Pass-through',
    path: /^\/(anthropic|openai|azure|bedrock|gemini|vertex_ai|vertex-ai|cohere)\//,
  },
];

/** What is said of a path that leads nowhere: either the endpoint is known, or the base URL of the client is wrong. */
export function refuseMissingRoute(path: string): GatewayError {
  const plain = path.replace(/^(\/v1)+(?=\/)/, '').replace(/\/$/, '');
  const known = UNSERVED.find(({ path: pattern }) => pattern.test(plain));
  if (known === undefined) {
    return new GatewayError(
      'route_not_found',
      'there is no such route; the base URL of a client of OpenAI is the address of this gateway with /v1, and nothing after it',
    );
  }
  return new GatewayError(
    'endpoint_not_served',
    `${known.name} is an endpoint that this gateway does not serve; it serves /v1/chat/completions and /v1/models`,
    { dialect: known.dialect ?? 'openai' },
  );
}
