import { guardFate, harmlessFate, ignoredFate, type Fate, type Setting } from './setting';

const APPLICATION = 'call it from the application or from a proxy in front';

const content = (effect: string): Fate => guardFate('content', { effect, instead: APPLICATION });

const PROMETHEUS = harmlessFate('/metrics is always there');
const EMAIL = ignoredFate('send mail to those who are concerned');

/** LiteLLM's callbacks by name; those that look at a call before it is made may refuse it. */
const BY_NAME: Readonly<Record<string, Fate>> = {
  prometheus: PROMETHEUS,
  presidio: content('strike personal data out of prompts'),
  llamaguard_moderations: content('refuse prompts that LlamaGuard holds to be unsafe'),
  llmguard_moderations: content('refuse prompts that LLM Guard holds to be unsafe'),
  hide_secrets: content('strike secrets out of prompts'),
  openai_moderations: content('refuse prompts that the moderation of OpenAI flags'),
  lakera_prompt_injection: content('refuse prompts that Lakera takes for injections'),
  aporia_prompt_injection: content('refuse prompts that Aporia takes for injections'),
  detect_prompt_injection: content('refuse prompts that look like injections'),
  google_text_moderation: content('refuse prompts that the moderation of Google flags'),
  azure_content_safety: content('refuse prompts that Azure Content Safety flags'),
  banned_keywords: harmlessFate('banned_keywords_list says all of it'),
  blocked_user_check: harmlessFate('blocked_user_list says all of it'),
  dynamic_rate_limiter: guardFate('money', {
    effect: 'divide the rate limits of a model among the keys that use it',
    instead: 'give the keys rpm_limit and tpm_limit',
  }),
  dynamic_rate_limiter_v3: guardFate('money', {
    effect: 'divide the rate limits of a model among the keys that use it',
    instead: 'give the keys rpm_limit and tpm_limit',
  }),
  batch_redis_requests: ignoredFate('answer calls from a cache that is read in batches'),
  websearch_interception: ignoredFate('search the web for models that cannot'),
  vector_store_pre_call_hook: ignoredFate('add what a vector store finds to the prompt'),
  anthropic_cache_control_hook: ignoredFate('mark parts of the prompt for the cache'),
  resend_email: EMAIL,
  sendgrid_email: EMAIL,
  smtp_email: EMAIL,
};

const REPORTS = (name: string): Fate => ignoredFate(`report each call to ${name}`);

/** A Python hook may refuse or rewrite a call, and nothing tells whether this one does. */
const HOOK: Fate = guardFate('content', {
  effect: 'let this Python code refuse or rewrite each call',
  instead: 'move what it refuses or rewrites into a proxy in front',
});

const isPython = (name: string): boolean => name.includes('.');

/** `callbacks`: what looks at calls before and after. */
export const CALLBACKS: Setting = {
  kind: 'by-value',
  key: 'callbacks',
  fates: BY_NAME,
  otherwise: (name) => (isPython(name) ? HOOK : REPORTS(name)),
};

/** `success_callback` and its like hear of a call when it is over, so none of them guards anything. */
export const reportsTo = (key: string): Setting => ({
  kind: 'by-value',
  key,
  fates: {
    prometheus: PROMETHEUS,
    websearch_interception: BY_NAME['websearch_interception'] ?? PROMETHEUS,
  },
  otherwise: REPORTS,
});
