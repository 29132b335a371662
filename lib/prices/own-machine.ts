/** Servers that one runs oneself; nobody sends a bill for them. */
const OWN_PROVIDERS: ReadonlySet<string> = new Set([
  'docker_model_runner',
  'hosted_vllm',
  'infinity',
  'lemonade',
  'llamafile',
  'lm_studio',
  'ollama',
  'ollama_chat',
  'oobabooga',
  'petals',
  'triton',
  'vllm',
  'xinference',
]);

/** Ends of names that no public address has. */
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|lan|home\.arpa|svc|cluster\.local)$/;
/** Loopback, private and link-local networks. */
const PRIVATE_IPV4 = /^(127|10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\./;
const PRIVATE_IPV6 = /^\[(::1\]|f[cd]|fe[89ab])/;

/** Whether a deployment is a server of one's own: by its provider, or by an address that only one's own network has. */
export function isOwnMachine(provider: string, apiBase: string | null): boolean {
  if (OWN_PROVIDERS.has(provider)) return true;
  // Everything that speaks like OpenAI is configured as OpenAI with another address.
  return provider === 'openai' && apiBase !== null && isPrivateAddress(apiBase);
}

function isPrivateAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { hostname } = new URL(address);
  if (hostname.startsWith('[')) return PRIVATE_IPV6.test(hostname);
  if (/^[\d.]+$/.test(hostname)) return PRIVATE_IPV4.test(hostname);
  return PRIVATE_NAME.test(hostname) || !hostname.includes('.');
}
